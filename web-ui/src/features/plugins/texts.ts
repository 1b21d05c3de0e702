import type { Plugin } from "@rookery/host/api";
import { texts as shared } from "../../texts.ts";

/** What a version waits for, in one sentence. */
export function waitsFor({ version, newSigner, signature }: NonNullable<Plugin["waiting"]>): string {
  if (!newSigner) return texts.upgradeWaits(version);
  return signature.state === "unsigned"
    ? texts.upgradeWaitsUnsigned(version)
    : texts.upgradeWaitsSigner(version);
}

/** "Weather 1.0.0 is installed. SHA-256 3f2a9c1d, not signed." */
export function installedWords({ name, version, waiting, ...plugin }: Plugin): string {
  const { sha256, signature } = waiting ?? plugin;
  const signed = shared.signature[signature.state](signature.keyName ?? "");
  const which = `${shared.sha256} ${sha256.slice(0, 8)}, ${signed.charAt(0).toLowerCase()}${signed.slice(1)}.`;
  return `${waiting ? `${name}: ${waitsFor(waiting)}` : texts.installed(name, version)} ${which}`;
}

export const texts = {
  title: "Plugins",
  upload: "Upload a bundle",
  uploading: (name: string) => `Sending ${name} to the host`,
  uploaded: (sent: string, total: string) => `${sent} of ${total}`,
  checking: (name: string) => `The host checks ${name}.`,
  show: (name: string) => `Show ${name}`,
  mayNotInstall: "To install a plugin needs the role deployer. Ask somebody who has it.",
  dropAlso: "A bundle (.mbp) is installed as a plugin.",
  drop: "Drop the bundle to install it",
  dropHint: "One .mbp file, as `rookery build` makes it.",
  emptyTitle: "No plugins yet",
  emptyDetail:
    "A plugin is the code of a bot. It comes as one .mbp file, a bundle. Choose one, or drop it anywhere on this page.",
  catalogue: "Included with Rookery",
  installOffered: (name: string) => `Install ${name}`,
  replaceByOffered: (installed: string, offered: string) =>
    installed === offered ? `Put this build of ${offered} in place` : `Go from ${installed} to ${offered}`,
  offeredFacts: (license: string, size: string) =>
    `${license}, ${size}. You decide what it may do before it runs.`,
  notBundle: (name: string) => `${name} is not a bundle: its name should end in .mbp.`,
  oneAtATime: "One bundle at a time, please.",
  installed: (name: string, version: string) => `${name} ${version} is installed.`,
  asks: "What it may do",
  always: "Reads the messages of the rooms its account is in, answers there, and keeps data of its own.",
  waits: (count: number) =>
    count === 1 ? "One permission waits for your decision." : `${count} permissions wait for your decision.`,
  waitsDetail: "Its instances stay blocked until you grant what it asks for, or let it go on without.",
  upgradeWaits: (version: string) => `Version ${version} waits for your grant.`,
  upgradeWaitsUnsigned: (version: string) => `Version ${version} waits for your decision: it is not signed.`,
  upgradeWaitsSigner: (version: string) =>
    `Version ${version} waits for your decision: it is signed by another key.`,
  newSigner: (current: string) =>
    `Somebody else than the author of ${current} may have made it. Ask the author before you accept it; until then, ${current} goes on.`,
  acceptKey: (version: string, andGrant: boolean) =>
    `Accept the key${andGrant ? ", grant it" : ""} and upgrade to ${version}`,
  acceptUnsigned: (version: string, andGrant: boolean) =>
    `Accept it unsigned${andGrant ? ", grant it" : ""} and upgrade to ${version}`,
  upgradeWaitsDetail: (current: string) =>
    `Until then, ${current} goes on. Beyond what you granted, it wants to:`,
  upgradeReady: (current: string) =>
    `All it asks for is granted, but it could not take its place. ${current} goes on.`,
  upgradeGrant: (version: string) => `Grant it and upgrade to ${version}`,
  upgradeTry: (version: string) => `Try ${version} again`,
  upgradeWithout: "Upgrade without it",
  upgradeDiscard: "Discard",
  upgraded: (name: string, version: string) => `${name} runs version ${version}.`,
  rolledBack: (version: string, current: string) => `Version ${version} was rolled back to ${current}`,
  rolledBackDetail: "Its databases and configs are what they were before the upgrade.",
  dismiss: "Dismiss",
  watched: (version: string) =>
    `Version ${version} is new: should it crash in its first minute, the one before comes back by itself.`,
  versions: "Versions",
  rollBack: (version: string) => `Go back to ${version}`,
  rollBackWithData: "Configs and databases become what they were before the upgrade.",
  rollBackWithoutData:
    "Configs become what they were with it. Databases stay as they are: their copy was kept for the first minute only.",
  settings: "Settings",
  settingsSame: "As they were",
  settingsAdded: "New settings",
  settingsRemoved: "Removed settings",
  settingsChanged: "Changed settings",
  asksNoMore: "Asks no more to",
  sizeChange: (before: string, after: string) => (before === after ? after : `${before} → ${after}`),
  sinceBefore: (version: string, before: string) => `What ${version} has otherwise than ${before}:`,
  review: "Review",
  grantAll: "Grant all of it",
  goOnWithout: "Go on without",
  nothing: "It asks for nothing beyond that.",
  about: "About",
  version: "Version",
  license: "License",
  id: "ID",
  size: "Size",
  hash: "SHA-256",
  signature: "Signature",
  publicKey: "Public key",
  before: (version: string) => `Before: ${version}`,
  installedAt: "Installed",
  usedBy: "Instances",
  usedByNone: "No instance uses it yet.",
  createInstance: "Create an instance",
  uninstall: "Uninstall",
  uninstallTitle: (name: string) => `Uninstall ${name}?`,
  uninstallDetail: (version: string, size: string) =>
    `The bundle ${version} (${size}) and its grants are deleted. You can install it again from its file.`,
  uninstalled: (name: string) => `${name} is uninstalled.`,
  inUse: (count: number) =>
    `${count === 1 ? "An instance uses" : `${count} instances use`} it. Delete ${count === 1 ? "it" : "them"} first.`,
  unknown: "This plugin is not installed",
  unknownDetail: "It may have been uninstalled. The list shows what is there.",
  toList: "All plugins",
  instancesCount: (count: number) => (count === 1 ? "1 instance" : `${count} instances`),
  changing: "Changing",
} as const;
