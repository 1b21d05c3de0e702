import { Permissions } from "@rookery/plugin-sdk/manifest";
import { type Static, Type } from "typebox";
import { closed, Etag, ManagedBy, orNull, Time } from "./shapes.ts";

/** One part of what a plugin asks for: a host, a program, an operation on rooms, or (`null`) a permission as a whole. */
export const PluginPermission = Type.Object({
  permission: Type.String({ description: "Its name in the manifest and in `PUT …/grants`." }),
  value: orNull(Type.String()),
  words: Type.String({ description: 'To follow "May": `connect to example.org`.' }),
  risk: Type.String({ description: "What to think of before granting it." }),
  granted: Type.Boolean(),
  refused: Type.Boolean({
    description:
      "The plugin goes on without it. What is neither granted nor refused keeps its instances blocked.",
  }),
  used: orNull(Type.Object({ count: Type.Integer({ description: "Within 24 hours." }), lastAt: Time })),
});
export type PluginPermission = Static<typeof PluginPermission>;

/** Whose signature a bundle has: an Ed25519 key that the configuration trusts, another one, or nobody's. */
export const Signature = Type.Object({
  state: Type.Union([Type.Literal("trusted"), Type.Literal("unknown"), Type.Literal("unsigned")]),
  keyName: orNull(Type.String({ description: "The key's name in `trustedKeys`." })),
  publicKey: orNull(Type.String({ description: "32 bytes as base64." })),
  fingerprint: orNull(Type.String({ description: "The key's SHA-256, in hex." })),
});
export type Signature = Static<typeof Signature>;

const Setting = Type.Object({
  path: Type.String({ description: "`feeds.interval`" }),
  title: Type.String({ description: "As its form shows it." }),
});

/** What a version has otherwise than the one before it, as far as its manifest tells. */
export const VersionDifference = Type.Object({
  settings: Type.Object({
    added: Type.Array(Setting),
    removed: Type.Array(Setting),
    changed: Type.Array(Setting, { description: "Of another type, default, title, bound, …" }),
  }),
  permissions: Type.Object({
    added: Type.Array(Type.String(), { description: 'To follow "May": `connect to example.org`.' }),
    removed: Type.Array(Type.String()),
  }),
});
export type VersionDifference = Static<typeof VersionDifference>;

/** A version that wants more than is granted, or comes from another signer; the installed one goes on meanwhile. */
export const WaitingUpgrade = Type.Object({
  version: Type.String(),
  sha256: Type.String(),
  size: Type.Integer(),
  signature: Signature,
  newSigner: Type.Boolean({
    description: "The key that signed the installed version did not sign it; `POST …/upgrade` accepts that.",
  }),
  requested: Permissions,
  missing: Permissions,
  permissions: Type.Array(PluginPermission, { description: "What is missing, in words." }),
  difference: VersionDifference,
});
export type WaitingUpgrade = Static<typeof WaitingUpgrade>;

/** An installed plugin. `requested` is what its manifest asks for, `granted` what the operator gave. */
export const Plugin = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.String(),
  description: Type.String(),
  license: Type.String(),
  sha256: Type.String(),
  size: Type.Integer(),
  signature: Signature,
  installedAt: Time,
  requested: Permissions,
  granted: Permissions,
  missing: Permissions,
  permissions: Type.Array(PluginPermission, { description: "What it asks for, in words." }),
  configSchema: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
  catchUpSeconds: Type.Integer({
    description: "How old a message may be and still be answered, where an instance says nothing else.",
  }),
  instances: Type.Array(Type.String(), { description: "IDs of its instances." }),
  waiting: orNull(WaitingUpgrade),
  watchedUntil: Type.Union([Time, Type.Null()], {
    description: "A new version is rolled back by itself if an instance crashes before this time.",
  }),
  previous: orNull(
    Type.Object({
      version: Type.String(),
      sha256: Type.String(),
      size: Type.Integer(),
      signature: Signature,
      databases: Type.Boolean({
        description:
          "Whether going back also brings back the databases as they were. Configs come back anyway.",
      }),
      difference: Type.Object(VersionDifference.properties, {
        description: "What the installed version has otherwise than this one.",
      }),
    }),
  ),
  rolledBack: orNull(
    Type.Object(
      { version: Type.String(), reason: Type.String(), at: Time },
      { description: "Until the next upgrade, or `DELETE /plugins/:id/upgrade`." },
    ),
  ),
  managed: ManagedBy,
  etag: Etag,
});
export type Plugin = Static<typeof Plugin>;

/** `GET /catalogue`: bundles that come with Rookery. */
export const OfferedPlugin = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.String(),
  description: Type.String(),
  license: Type.String(),
  sha256: Type.String(),
  size: Type.Integer(),
  requested: Permissions,
  installed: orNull(Type.String({ description: "The version that is installed." })),
  isSame: Type.Boolean({ description: "Whether the installed bundle is this one." }),
});
export type OfferedPlugin = Static<typeof OfferedPlugin>;

/** `POST /catalogue`: installs one of them, as an upload of it would. */
export const InstallOffered = Type.Object({ id: Type.String({ maxLength: 255 }) }, closed);
export type InstallOffered = Static<typeof InstallOffered>;

/**
 * `PUT /plugins/:id/grants`: what the plugin may do from now on, in place of what it could before. What
 * it could and now cannot is refused, at once; `refused` names what else it shall go on without. A
 * version that waits for just that takes the installed one's place.
 *
 * `DELETE /plugins/:id/upgrade` discards the version that waits and dismisses `rolledBack`;
 * `POST /plugins/:id/rollback` goes back to `previous`.
 */
export const Grants = Type.Object({ ...Permissions.properties, refused: Type.Optional(Permissions) }, closed);
export type Grants = Static<typeof Grants>;

/**
 * `POST /plugins/:id/upgrade`: the version that waits takes its place, whoever signed it. What it asks for
 * must be granted. The hash says which one was looked at.
 */
export const AcceptUpgrade = Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) }, closed);
export type AcceptUpgrade = Static<typeof AcceptUpgrade>;
