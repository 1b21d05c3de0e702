import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { satisfies } from "semver";
import { AppError } from "../errors.ts";
import { showName } from "./entry-name.ts";
import { LIMITS, showBytes } from "./limits.ts";
import { parseManifest } from "./manifest.ts";
import type { PublicKey } from "./public-key.ts";
import { SIGNATURE, type SignedEntry, sha256Of } from "./sign.ts";
import { findRefusedText } from "./source-text.ts";
import { isSignatureName, verifySignature } from "./verify-signature.ts";
import { type Directory, readDirectory } from "./zip-directory.ts";
import { checkEntries, readEntry } from "./zip-entries.ts";

/** A bundle that was read and checked. */
export interface Bundle {
  manifest: Manifest;
  /** `plugin.js`: CommonJS that requires nothing but the SDK. It has not been run. */
  code: string;
  /** Of the whole file, in hex. */
  sha256: string;
  /** Of the whole file, in bytes. */
  size: number;
  /** The key whose signature covers all that is in it; `null` where it is not signed. */
  signer: PublicKey | null;
}

/** A bundle for looking at only. */
export interface InspectedBundle extends Bundle {
  /** Why the signature that it has does not fit, or `null`. Such a bundle must not be run. */
  altered: string | null;
}

/**
 * Reads an `.mbp` bundle from anywhere: a zip with `plugin.json` and `plugin.js`; other plain files
 * (README.md, LICENSE) are checked and ignored. Takes bounded memory and time whatever the bytes.
 *
 * @param options.hostVersion refuse a plugin whose `rookery` range leaves out this version
 * @throws AppError with a `BUNDLE_` code; its message names the file inside and what to do
 */
export function readBundle(bytes: Buffer, options: { hostVersion?: string } = {}): Bundle {
  const { altered, ...bundle } = inspectBundle(bytes, options);
  if (altered === null) return bundle;
  throw new AppError(
    "BUNDLE_ALTERED",
    `The bundle is not as it was signed: ${altered}. Do not use this file; get it again from the plugin's author.`,
  );
}

/** Reads a bundle as `readBundle` does, and one whose signature does not fit as well. */
export function inspectBundle(bytes: Buffer, options: { hostVersion?: string } = {}): InspectedBundle {
  if (bytes.length > LIMITS.fileBytes) {
    throw new AppError(
      "BUNDLE_TOO_LARGE",
      `The bundle is ${showBytes(bytes.length)} large; ${showBytes(LIMITS.fileBytes)} are allowed. Leave out dependencies and files that the plugin does not need.`,
    );
  }
  const directory = readDirectory(bytes);
  const has = (name: string) => directory.entries.some((entry) => entry.name.equals(Buffer.from(name)));
  // Before the entries are looked at: what other tools zip may be refused for reasons that do not matter then.
  if (has("maubot.yaml") && !has("plugin.json")) throw maubot();
  const entries = checkEntries(bytes, directory);
  if (!has("plugin.json")) {
    throw new AppError(
      "BUNDLE_NO_MANIFEST",
      'The bundle has no plugin.json at its top. Build it with "rookery build" in the plugin\'s folder.',
    );
  }
  const contents = new Map<string, Buffer>();
  const signed: SignedEntry[] = foldersOf(directory).map((name) => ({ name, sha256: sha256Of("") }));
  for (const entry of entries) {
    const content = readEntry(entry);
    if (["plugin.json", "plugin.js", SIGNATURE].includes(entry.name)) contents.set(entry.name, content);
    if (entry.name !== SIGNATURE) signed.push({ name: entry.name, sha256: sha256Of(content) });
  }
  const manifest = parseManifest(contents.get("plugin.json") ?? Buffer.alloc(0));
  const code = parseCode(contents.get("plugin.js"));
  if (options.hostVersion !== undefined) checkHostRange(manifest, options.hostVersion);
  const about = { manifest, code, sha256: sha256Of(bytes), size: bytes.length };
  return { ...about, ...signatureOf(signed, contents.get(SIGNATURE)) };
}

function foldersOf({ entries }: Directory): string[] {
  return entries.map(({ name }) => name.toString()).filter((name) => name.endsWith("/"));
}

function signatureOf(
  signed: SignedEntry[],
  content: Buffer | undefined,
): Pick<InspectedBundle, "signer" | "altered"> {
  if (content !== undefined) return verifySignature(signed, content);
  const alike = signed.find(({ name }) => isSignatureName(name));
  if (alike === undefined) return { signer: null, altered: null };
  return { signer: null, altered: `${showName(alike.name)} stands where its signature would be` };
}

function maubot(): AppError {
  return new AppError(
    "BUNDLE_MAUBOT",
    "This is a plugin for maubot, written in Python (it has a maubot.yaml). Rookery runs plugins written in JavaScript or TypeScript, and cannot run it; a way over from maubot comes later. docs/writing-plugins.md shows how to write the like.",
  );
}

function parseCode(bytes: Buffer | undefined): string {
  if (bytes === undefined) {
    throw new AppError(
      "BUNDLE_NO_CODE",
      'The bundle has a plugin.json but no plugin.js beside it. Build it with "rookery build" in the plugin\'s folder.',
    );
  }
  let code: string;
  try {
    code = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError(
      "BUNDLE_CODE_REFUSED",
      'plugin.js in the bundle is not UTF-8 text. Build it with "rookery build".',
      {
        cause,
      },
    );
  }
  const refused = findRefusedText(code);
  if (refused) {
    throw new AppError(
      "BUNDLE_CODE_REFUSED",
      `plugin.js in the bundle has what looks like ${refused.what} in line ${refused.line}, which the sandbox refuses. "rookery build" rewrites such text where it is harmless.`,
    );
  }
  return code;
}

function checkHostRange({ id, version, rookery }: Manifest, hostVersion: string): void {
  if (satisfies(hostVersion, rookery, { includePrerelease: true })) return;
  throw new AppError(
    "BUNDLE_HOST_RANGE",
    `${id} ${version} needs Rookery ${rookery}, and this is Rookery ${hostVersion}. Use a version of the plugin for this host, or another version of the host.`,
  );
}
