import { Permissions } from "@rookery/plugin-sdk/manifest";
import { type Static, type TSchema, Type } from "typebox";

/**
 * The shapes of `/api/v1`: what a request may hold and what an answer holds.
 * Times are ISO 8601 in UTC, sizes are bytes, durations carry their unit in the name.
 */

const closed = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const Etag = Type.String({
  description:
    "Names the state of what can be changed of it, for `If-Match`; not its status, its counts, or what is derived.",
});

/** What says how it is, in place of the page and the API, which answer a change with `MANAGED`; null: nothing does. */
const ManagedBy = Type.Union([
  Type.Object({
    file: Type.String({ description: "The configuration." }),
    entry: Type.String({ description: "Where in it, such as `instances.hello`." }),
  }),
  Type.Null(),
]);

/** RFC 9457 problem details; `code` is one of `errors.ts`, `fields` names what in the body was wrong. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
});
export type Problem = Static<typeof Problem>;

// ── session ──────────────────────────────────────────────────────────────────

/** What a user or a token may do: see; plugins and instances, too; accounts, users and secrets, too. */
export const Role = Type.Union([Type.Literal("viewer"), Type.Literal("deployer"), Type.Literal("admin")]);
export type Role = Static<typeof Role>;

/** `GET /session`: who is signed in. `mustSetPassword` after the one-time link, until a password is set. */
export const Session = Type.Object({
  user: Type.Object({ name: Type.String(), role: Role }),
  mustSetPassword: Type.Boolean(),
  version: Type.String({ description: "Rookery's own version." }),
});
export type Session = Static<typeof Session>;

/** `POST /session`: sign in with a name and a password. */
export const SignIn = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  closed,
);
export type SignIn = Static<typeof SignIn>;

/** `POST /session/one-time`: sign in with the token of the printed link. It works once. */
export const OneTimeSignIn = Type.Object({ token: Type.String({ minLength: 20, maxLength: 200 }) }, closed);
export type OneTimeSignIn = Static<typeof OneTimeSignIn>;

export const UserName = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9._-]+$" });

/** `PUT /session/password`: set the name and password of the signed-in user; every other session ends. */
export const SetPassword = Type.Object(
  {
    name: UserName,
    password: Type.String({ minLength: 10, maxLength: 1024 }),
    currentPassword: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: "Needed where there is one already." }),
    ),
  },
  closed,
);
export type SetPassword = Static<typeof SetPassword>;

/**
 * `GET /sessions`: your own, the last used first; `GET /users/:name/sessions`: a user's. `DELETE` on one ends
 * it; on `/sessions` all but the one that asks, on `/users/:name/sessions` all.
 */
export const OpenSession = Type.Object({
  id: Type.String(),
  createdAt: Time,
  lastUsedAt: Time,
  userAgent: Type.Union([Type.String(), Type.Null()]),
  current: Type.Boolean({ description: "Whether it is the one that asks." }),
});
export type OpenSession = Static<typeof OpenSession>;

// ── users and tokens ─────────────────────────────────────────────────────────

/** `GET /users` */
export const User = Type.Object({
  name: Type.String(),
  role: Role,
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean(),
  createdAt: Time,
  managed: ManagedBy,
  etag: Etag,
});
export type User = Static<typeof User>;

/** `POST /users` */
export const NewUser = Type.Object({ name: UserName, role: Role }, closed);
export type NewUser = Static<typeof NewUser>;

/** `POST /users/:name/link`: lets the user in once, to set a password. The password of before goes with its use. */
export const OneTimeLink = Type.Object({
  path: Type.String({ description: "To follow the address under which the user opens the page." }),
  expiresAt: Time,
});
export type OneTimeLink = Static<typeof OneTimeLink>;

/** The answer to `POST /users`. */
export const AddedUser = Type.Object({ ...User.properties, link: OneTimeLink });
export type AddedUser = Static<typeof AddedUser>;

/** `PATCH /users/:name`: both hold from the next request on. Who is disabled is signed out. */
export const UserChange = Type.Object(
  { role: Type.Optional(Role), disabled: Type.Optional(Type.Boolean()) },
  closed,
);
export type UserChange = Static<typeof UserChange>;

/** `GET /tokens`: your own; `GET /users/:name/tokens`: a user's. */
export const ApiToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Type.Union([Time, Type.Null()]),
});
export type ApiToken = Static<typeof ApiToken>;

/** `POST /tokens`: a token of your own, for a script. */
export const NewApiToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, pattern: "\\S" }),
    role: Role,
    days: Type.Integer({ minimum: 1, maximum: 365, description: "After so many it ends." }),
  },
  closed,
);
export type NewApiToken = Static<typeof NewApiToken>;

/** The answer to `POST /tokens`, and the only one that has the token itself: `Authorization: Bearer rookery_…`. */
export const CreatedApiToken = Type.Object({ ...ApiToken.properties, token: Type.String() });
export type CreatedApiToken = Static<typeof CreatedApiToken>;

// ── audit log ────────────────────────────────────────────────────────────────

const paged = {
  limit: Type.Optional(
    Type.String({
      pattern: "^([1-9][0-9]?|[1-4][0-9][0-9]|500)$",
      description: "How many entries, 1 to 500.",
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 100, description: "Where to go on; part of the address in `Link`." }),
  ),
};

/** Of a list that grows: it comes page by page, and the header `Link` has the next page's address. */
export const PageQuery = Type.Object(paged, closed);
export type PageQuery = Static<typeof PageQuery>;

/** `GET /audit-log`: the newest first. */
export const AuditQuery = Type.Object(
  {
    ...paged,
    user: Type.Optional(Type.String({ maxLength: 64 })),
    action: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
);
export type AuditQuery = Static<typeof AuditQuery>;

const Changed = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]);

/** Who did what. `user`, `session`, `token` and `address` are null where there is none. */
export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Time,
  user: Type.Union([Type.String(), Type.Null()]),
  session: Type.Union([Type.String({ description: "Its ID." }), Type.Null()]),
  token: Type.Union([Type.Object({ id: Type.String(), name: Type.String() }), Type.Null()]),
  address: Type.Union([Type.String(), Type.Null()]),
  userAgent: Type.Union([Type.String(), Type.Null()]),
  action: Type.String({ description: "Such as `instance.change`." }),
  target: Type.Union([Type.String(), Type.Null()]),
  before: Changed,
  after: Changed,
  error: Type.Union([Type.String({ description: "The code of why it failed." }), Type.Null()]),
});
export type AuditEntry = Static<typeof AuditEntry>;

// ── accounts ─────────────────────────────────────────────────────────────────

export const AccountStatus = Type.Union([
  Type.Literal("connecting"),
  Type.Literal("syncing"),
  Type.Literal("unreachable"),
  Type.Literal("blocked"),
  Type.Literal("offline"),
]);
export type AccountStatus = Static<typeof AccountStatus>;

const AutojoinPolicy = Type.Union(
  [Type.Literal("never"), Type.Literal("allow-list"), Type.Literal("always")],
  { description: "Which invitations an account takes by itself; the others wait." },
);
const InviteGlob = Type.String({
  pattern: String.raw`^@?[^@\s]{1,254}$`,
  description: "Of user IDs (`@*:example.org`) or of server names (`*.example.org`); `*` and `?` are any.",
});
const Prefix = Type.String({
  pattern: String.raw`^\S{1,16}$`,
  description: "What is put before a command, such as `!`.",
});

const EncryptFor = Type.Enum(["all", "cross-signed"], {
  description:
    "Whose devices get the keys of what it says in encrypted rooms: all of a room's members', or those that their owners signed.",
});

/** A Matrix login the host holds. Its token is never part of an answer. */
export const Account = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  deviceId: Type.String(),
  homeserverUrl: Type.String(),
  enabled: Type.Boolean({ description: "Whether it is to be online." }),
  status: AccountStatus,
  statusReason: Type.Union([Type.String(), Type.Null()]),
  lastSyncAt: Type.Union([Time, Type.Null()]),
  autojoin: Type.Object({ policy: AutojoinPolicy, allow: Type.Array(Type.String()) }),
  prefix: Type.String({ description: "What is put before a command." }),
  roomPrefixes: Type.Record(Type.String(), Type.String(), {
    description: "In these rooms something else is, by room ID.",
  }),
  encryptFor: EncryptFor,
  instances: Type.Array(Type.String(), { description: "IDs of the instances that use it." }),
  managed: ManagedBy,
  etag: Etag,
});
export type Account = Static<typeof Account>;

const HomeserverAddress = Type.String({
  pattern: String.raw`^(https?://\S+|@[^:\s]+:[A-Za-z0-9.:\[\]-]+|[A-Za-z0-9.:\[\]-]+)$`,
  maxLength: 500,
  description:
    "Its URL, its server name (`example.org`) or a user ID there; a name is looked up by its `.well-known` file.",
});
const Username = Type.String({
  minLength: 1,
  maxLength: 255,
  description: "`@bot:example.org`, or only `bot`.",
});
const secret = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });
const NewPassword = Type.Optional(
  secret(1024, "For the new user; without it, one that nobody knows, and Rookery alone can use the login."),
);

/**
 * `POST /accounts`: log in with a password, hand over an access token, or register a new user with a
 * registration token or Synapse's `registration_shared_secret`.
 */
export const NewAccount = Type.Union([
  Type.Object(
    {
      homeserverUrl: HomeserverAddress,
      username: Username,
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    },
    closed,
  ),
  Type.Object(
    {
      homeserverUrl: HomeserverAddress,
      accessToken: Type.String({ minLength: 1, maxLength: 4096 }),
      username: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 255,
          description: "For an application service's token: as whom of its namespace, if not as its sender.",
        }),
      ),
    },
    closed,
  ),
  Type.Object(
    {
      homeserverUrl: HomeserverAddress,
      username: Username,
      registrationToken: secret(1024, "One that the homeserver's operator made."),
      password: NewPassword,
    },
    closed,
  ),
  Type.Object(
    {
      homeserverUrl: HomeserverAddress,
      username: Username,
      sharedSecret: secret(1024, "Synapse's `registration_shared_secret`."),
      password: NewPassword,
    },
    closed,
  ),
]);
export type NewAccount = Static<typeof NewAccount>;

/** `POST /accounts/sso`: begins a login by the homeserver's single sign-on, for this session to finish. */
export const NewSingleSignOn = Type.Object(
  {
    homeserverUrl: HomeserverAddress,
    identityProvider: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9._~-]{1,255}$",
        description: "The ID of one that the homeserver lists; without it, the homeserver asks.",
      }),
    ),
  },
  closed,
);
export type NewSingleSignOn = Static<typeof NewSingleSignOn>;

/** Where the browser is to go. It comes back to the page, at the origin that the request came from. */
export const SingleSignOn = Type.Object({
  url: Type.String({ description: "Of the homeserver, to be opened in the browser that began." }),
  expiresAt: Time,
});
export type SingleSignOn = Static<typeof SingleSignOn>;

/** `POST /accounts/sso/callback`: what the browser came back with. */
export const SingleSignOnAnswer = Type.Object(
  {
    state: Type.String({ minLength: 1, maxLength: 200 }),
    loginToken: secret(4096, "The homeserver's; it works once."),
  },
  closed,
);
export type SingleSignOnAnswer = Static<typeof SingleSignOnAnswer>;

/**
 * `PATCH /accounts/:id`: an account that is not enabled syncs no more (`offline`), and its instances are blocked until it
 * is. A changed policy has the invitations that it takes accepted. Changed prefixes restart the instances; each of
 * `roomPrefixes` and `allow` takes the place of the one before.
 */
export const AccountChange = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    autojoin: Type.Optional(
      Type.Object(
        { policy: AutojoinPolicy, allow: Type.Optional(Type.Array(InviteGlob, { maxItems: 500 })) },
        closed,
      ),
    ),
    prefix: Type.Optional(Prefix),
    roomPrefixes: Type.Optional(
      Type.Record(Type.String({ pattern: "^!.{1,254}$" }), Prefix, { ...closed, maxProperties: 1_000 }),
    ),
    encryptFor: Type.Optional(EncryptFor),
  },
  closed,
);
export type AccountChange = Static<typeof AccountChange>;

const orUnknown = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** `GET /accounts/:id/rooms`, as the homeserver has them now. `DELETE` on one leaves it. */
export const AccountRoom = Type.Object({
  roomId: Type.String(),
  name: orUnknown(Type.String({ description: "Its name, its alias, or who else is in it." })),
  members: orUnknown(Type.Integer({ description: "Who have joined." })),
  encrypted: Type.Boolean(),
});
export type AccountRoom = Static<typeof AccountRoom>;

/** `GET /accounts/:id/invites`: what nobody answered yet. `DELETE` on one rejects it. */
export const Invite = Type.Object({
  roomId: Type.String(),
  name: orUnknown(Type.String()),
  inviter: orUnknown(Type.String({ description: "Who invites." })),
  encrypted: Type.Boolean(),
});
export type Invite = Static<typeof Invite>;

/** `GET /accounts/:id/profile` */
export const Profile = Type.Object({
  displayName: orUnknown(Type.String()),
  avatarUrl: orUnknown(Type.String({ description: "An mxc URI; `GET …/avatar` gives the image." })),
});
export type Profile = Static<typeof Profile>;

/** `PUT /accounts/:id/profile` */
export const ProfileChange = Type.Object(
  { displayName: Type.Union([Type.String({ minLength: 1, maxLength: 256, pattern: "\\S" }), Type.Null()]) },
  closed,
);
export type ProfileChange = Static<typeof ProfileChange>;

/** A verification by emoji with another session, as it is now. It ends by itself after ten minutes. */
export const EncryptionVerification = Type.Object({
  id: Type.String(),
  userId: Type.String({ description: "With whom." }),
  deviceId: orUnknown(Type.String({ description: "With which device of theirs." })),
  isIncoming: Type.Boolean({ description: "Whether the other side asked." }),
  state: Type.Enum(["requested", "waiting", "comparing", "matched", "done", "cancelled"], {
    description:
      "`requested`: to be accepted here; `waiting`: for the other side; `comparing`: the emoji are there; `matched`: they match, as was said here.",
  }),
  emoji: orUnknown(
    Type.Array(Type.Object({ symbol: Type.String(), name: Type.String() }), {
      description: "Seven. The other side has to show the same, in the same order.",
    }),
  ),
  cancelled: orUnknown(
    Type.Object(
      { code: Type.String(), reason: Type.String(), byThem: Type.Boolean() },
      {
        description: "Why it ended without a result.",
      },
    ),
  ),
});
export type EncryptionVerification = Static<typeof EncryptionVerification>;

/** `GET /accounts/:id/encryption`: what is null is not known while the account's encryption is not `on`. */
export const Encryption = Type.Object({
  state: Type.Enum(["unused", "starting", "on", "unavailable", "offline"], {
    description:
      "`unused`: it saw no encrypted room yet; `unavailable`: `reason` says why; `offline`: the account is.",
  }),
  reason: orUnknown(Type.String()),
  fingerprint: orUnknown(Type.String({ description: "The device's Ed25519 key, which people compare." })),
  isVerified: orUnknown(
    Type.Boolean({ description: "Whether the account's identity has signed the device." }),
  ),
  identity: orUnknown(
    Type.Enum(["none", "here", "elsewhere"], {
      description:
        "The account's cross-signing identity. `elsewhere`: other clients have its keys, and this host needs the recovery key.",
    }),
  ),
  backup: orUnknown(
    Type.Object({
      isOn: Type.Boolean(),
      backedUp: Type.Integer({ description: "Room keys that are in it." }),
      total: Type.Integer({ description: "Room keys that this host has." }),
    }),
  ),
  verifications: Type.Array(EncryptionVerification, {
    description: "Those under way; one that has ended stays until the next one begins.",
  }),
});
export type Encryption = Static<typeof Encryption>;

const AccountPassword = secret(
  1024,
  "The account's, where the homeserver asks for it (`PASSWORD_NEEDED`). It is not kept.",
);

/** `POST /accounts/:id/encryption/set-up`: makes the account's identity, its recovery key and its backup. */
export const EncryptionSetUp = Type.Object({ password: Type.Optional(AccountPassword) }, closed);
export type EncryptionSetUp = Static<typeof EncryptionSetUp>;

/** It is kept nowhere, and this is the only time that it is shown. */
export const RecoveryKey = Type.Object({ recoveryKey: Type.String() });
export type RecoveryKey = Static<typeof RecoveryKey>;

/** `POST /accounts/:id/encryption/recover`: makes this host's device one of the identity, and reads the backup. */
export const EncryptionRecovery = Type.Object(
  { recoveryKey: secret(200, "Of the account. It is not kept.") },
  closed,
);
export type EncryptionRecovery = Static<typeof EncryptionRecovery>;

/** What came out of the backup. */
export const RecoveredKeys = Type.Object({
  total: Type.Integer({ description: "Room keys that were in it." }),
  imported: Type.Integer({ description: "Of them, those that were new here." }),
  failed: Type.Integer({ description: "Of them, those that could not be read." }),
});
export type RecoveredKeys = Static<typeof RecoveredKeys>;

/** `POST /accounts/:id/encryption/reset`: gives the identity, the recovery key and the backup up for new ones. */
export const IdentityReset = Type.Object(
  {
    userId: Type.String({ maxLength: 255, description: "The account's, so that nobody resets it unawares." }),
    password: Type.Optional(AccountPassword),
  },
  closed,
);
export type IdentityReset = Static<typeof IdentityReset>;

/** `POST /accounts/:id/encryption/verifications`: asks the account's own other sessions, or somebody in a room. */
export const NewVerification = Type.Object(
  {
    with: Type.Optional(
      Type.Object(
        {
          userId: Type.String({ pattern: "^@.{1,254}$" }),
          roomId: Type.String({ pattern: "^!.{1,254}$", description: "In which they are asked." }),
        },
        { ...closed, description: "Without it, the account's own other sessions are asked." },
      ),
    ),
  },
  closed,
);
export type NewVerification = Static<typeof NewVerification>;

/** `POST /accounts/:id/encryption/verifications/:verification` */
export const VerificationStep = Type.Object(
  {
    step: Type.Enum(["accept", "match", "mismatch", "cancel"], {
      description: "`match` and `mismatch`: whether both sides show the same emoji.",
    }),
  },
  closed,
);
export type VerificationStep = Static<typeof VerificationStep>;

/** `GET /homeserver?address=…` */
export const HomeserverQuery = Type.Object({ address: HomeserverAddress }, closed);
export type HomeserverQuery = Static<typeof HomeserverQuery>;

/** What a homeserver offers to who has no login there yet. */
export const Homeserver = Type.Object({
  homeserverUrl: Type.String({ description: "Where it was found." }),
  versions: Type.Array(Type.String(), { description: "Of the Matrix specification." }),
  logins: Type.Array(Type.String(), { description: "Such as `m.login.password`." }),
  registration: Type.Union(
    [Type.Literal("token"), Type.Literal("open"), Type.Literal("other"), Type.Literal("closed")],
    {
      description:
        "`token`: a registration token is enough; `open`: nothing is needed; `other`: something that only a person can do; `closed`: nobody may.",
    },
  ),
  sharedSecret: Type.Boolean({ description: "Whether it is a Synapse that registers by its shared secret." }),
});
export type Homeserver = Static<typeof Homeserver>;

// ── plugins ──────────────────────────────────────────────────────────────────

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

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

// ── instances ────────────────────────────────────────────────────────────────

export const InstanceStatus = Type.Union([
  Type.Literal("stopped"),
  Type.Literal("starting"),
  Type.Literal("running"),
  Type.Literal("stopping"),
  Type.Literal("crashed"),
  Type.Literal("blocked"),
]);
export type InstanceStatus = Static<typeof InstanceStatus>;

export const InstanceId = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });

/** A running bot: `enabled` is what the operator wants, `status` what is observed. */
export const Instance = Type.Object({
  id: Type.String(),
  pluginId: Type.String(),
  accountId: Type.String(),
  enabled: Type.Boolean(),
  status: InstanceStatus,
  statusReason: Type.Union([Type.String(), Type.Null()]),
  statusSince: Time,
  config: Type.Record(Type.String(), Type.Unknown(), { description: "Without its secrets." }),
  secrets: Type.Record(Type.String(), Type.Object({ setAt: Time }), {
    description:
      'The secret settings that are set, by JSON pointer into the config: `{"/token": {"setAt": "…"}}`. Their values are never part of an answer.',
  }),
  catchUpSeconds: Type.Union([Type.Integer(), Type.Null()], {
    description: "How old a message may be and still be answered; null where the plugin's own age holds.",
  }),
  withheld: Permissions,
  rooms: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: "The rooms in which it may act; null for all of its account's.",
  }),
  counts: Type.Object({
    received: Type.Integer({ description: "Events handed to it since the host started." }),
    sent: Type.Integer({ description: "Events it sent since the host started." }),
    failed: Type.Integer({ description: "Handlers that threw since the host started." }),
    waiting: Type.Integer({ description: "Deliveries not yet acknowledged." }),
    skipped: Type.Integer({
      description:
        "Events and runs of schedules that were older than the catch-up age when they came, and runs that found another waiting, ever.",
    }),
    refused: Type.Integer({ description: "Events for which its inbox had no room, ever." }),
  }),
  overflow: Type.Union(
    [
      Type.Object({
        refused: Type.Integer(),
        since: Time,
        lastAt: Time,
        isFull: Type.Boolean({ description: "Whether what comes now is refused, too, or soon will be." }),
      }),
      Type.Null(),
    ],
    { description: "Events that its inbox had no room for, until `DELETE /instances/:id/overflow`." },
  ),
  lastAnswerAt: Type.Union([Time, Type.Null()], {
    description: "When it last said something; after a `kill -9`, as of a minute before.",
  }),
  health: Type.Array(
    Type.Object({
      check: Type.String({ description: "The plugin's name for it." }),
      ok: Type.Boolean(),
      message: Type.String({ description: "One sentence, and what to do where it is not well." }),
      since: Time,
    }),
    { description: "What the plugin tells of what it looks after, since the instance started." },
  ),
  webhooks: Type.Array(
    Type.Object({
      method: Type.String(),
      path: Type.String(),
      url: orNull(Type.String({ description: "Null where the configuration has no port for webhooks." })),
      reply: Type.Boolean({ description: "Whether its handler answers; else a request is stored first." }),
      last: orNull(
        Type.Object({ at: Time, status: Type.Integer() }, { description: "Since the host started." }),
      ),
    }),
  ),
  managed: ManagedBy,
  etag: Etag,
});
export type Instance = Static<typeof Instance>;

/** `POST /instances` */
export const NewInstance = Type.Object(
  {
    id: InstanceId,
    pluginId: Type.String(),
    accountId: Type.String(),
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  closed,
);
export type NewInstance = Static<typeof NewInstance>;

/**
 * `POST /instances/duplicate`: config, secrets, rooms, what is withheld, and the catch-up age are those of `from`.
 * It is not started unless told, since two in one account would both answer.
 */
export const DuplicateInstance = Type.Object(
  {
    from: Type.String({ maxLength: 63, description: "The instance that it is to be like." }),
    id: InstanceId,
    accountId: Type.Optional(Type.String({ description: "The same account unless told." })),
    data: Type.Optional(Type.Boolean({ default: false, description: "With database and key-value store." })),
    enabled: Type.Optional(Type.Boolean({ default: false })),
  },
  closed,
);
export type DuplicateInstance = Static<typeof DuplicateInstance>;

/** `POST /instances/:id/export`. Secrets are in the file only where there is a passphrase, which an admin gives. */
export const ExportInstance = Type.Object(
  {
    passphrase: Type.Optional(
      Type.String({ minLength: 12, maxLength: 1024, description: "Seals the secrets in the file." }),
    ),
  },
  closed,
);
export type ExportInstance = Static<typeof ExportInstance>;

const YesOrNo = Type.Union([Type.Literal("true"), Type.Literal("false")]);

/** `POST /instances/import`: with the file as the body. */
export const ImportQuery = Type.Object(
  {
    accountId: Type.String({ maxLength: 64, description: "The account in which it is to run." }),
    id: Type.Optional(InstanceId),
    enabled: Type.Optional(YesOrNo),
    withoutSecrets: Type.Optional(
      Type.Union([Type.Literal("true"), Type.Literal("false")], {
        description: "Leave out the secrets that the file has; it is not started before they are set.",
      }),
    ),
  },
  closed,
);
export type ImportQuery = Static<typeof ImportQuery>;

/** `GET /instances/:id/permissions`: `granted` is its plugin's; `withheld`: this instance does not get it. */
export const InstancePermission = Type.Object({
  ...PluginPermission.properties,
  withheld: Type.Boolean(),
});
export type InstancePermission = Static<typeof InstancePermission>;

/**
 * `PATCH /instances/:id`: changed rooms, a changed config or catch-up age restart the instance. What is
 * withheld, and rooms that are left out, are taken from it at once. The config takes the place of the one
 * before, but a secret setting that is left out stays as it is; `null` or "" removes it.
 */
export const InstanceChange = Type.Object(
  {
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    enabled: Type.Optional(Type.Boolean()),
    catchUpSeconds: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 30 * 24 * 60 * 60 }), Type.Null()]),
    ),
    withheld: Type.Optional(Permissions),
    rooms: Type.Optional(
      orNull(
        Type.Array(Type.String({ pattern: "^!.", maxLength: 255 }), { maxItems: 1000, uniqueItems: true }),
      ),
    ),
  },
  closed,
);
export type InstanceChange = Static<typeof InstanceChange>;

/** `GET /instances/:id/logs`: the newest lines, the newest last. `stack` points at the author's sources. */
export const LogLine = Type.Object({
  id: Type.Integer({ description: "Grows from line to line, also across a restart of Rookery." }),
  at: Time,
  level: Type.Union([
    Type.Literal("debug"),
    Type.Literal("info"),
    Type.Literal("warn"),
    Type.Literal("error"),
  ]),
  message: Type.String(),
  stack: Type.Optional(Type.String()),
});
export type LogLine = Static<typeof LogLine>;

/** `GET /instances/:id/failed-deliveries`: events whose handler threw, the newest first. */
export const FailedDelivery = Type.Object({
  id: Type.Integer(),
  roomId: Type.String(),
  eventId: Type.String(),
  sender: Type.String(),
  type: Type.String(),
  text: Type.Union([Type.String(), Type.Null()]),
  failedAt: Time,
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    stack: Type.Optional(Type.String({ description: "Points at the author's sources." })),
  }),
});
export type FailedDelivery = Static<typeof FailedDelivery>;

/**
 * A value of SQLite's. An integer beyond ±(2^53 - 1) is `{"integer": "9223372036854775807"}`, a blob
 * `{"base64": "…"}`, an infinite number `{"real": "Infinity"}`.
 */
export const SqlValue = Type.Union([
  Type.Null(),
  Type.Number(),
  Type.String(),
  Type.Object({ integer: Type.String({ pattern: "^-?[0-9]{1,19}$" }) }, closed),
  Type.Object({ real: Type.Union([Type.Literal("Infinity"), Type.Literal("-Infinity")]) }, closed),
  Type.Object({ base64: Type.String({ pattern: "^[A-Za-z0-9+/]*={0,2}$" }) }, closed),
]);
export type SqlValue = Static<typeof SqlValue>;

/** `GET /instances/:id/database`: empty where the plugin has made none yet. */
export const Database = Type.Object({
  exists: Type.Boolean(),
  bytes: Type.Integer({ description: "Of its file; what was written last may be beside it still." }),
  migrations: Type.Integer({ description: "How many of the plugin's it has had." }),
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      kind: Type.String({ description: "`table`, `view`, `virtual`, or `shadow` (of a virtual one)." }),
      rows: orNull(Type.Integer({ description: "Null of a view." })),
      counted: Type.Boolean({ description: "Whether there are no more: a million are counted at most." }),
      columns: Type.Array(
        Type.Object({
          name: Type.String(),
          type: Type.String(),
          notNull: Type.Boolean(),
          primaryKey: Type.Boolean(),
        }),
      ),
    }),
  ),
});
export type Database = Static<typeof Database>;

/** The files that an instance's plugin holds now. They go when the plugin closes them, or the instance stops. */
export const InstanceFiles = Type.Object({
  files: Type.Array(
    Type.Object({
      file: Type.String({ description: "Its ID." }),
      type: Type.String({ description: "By its content, such as `image/jpeg`." }),
      size: Type.Integer({ description: "In bytes." }),
      heldSince: Type.String({ format: "date-time" }),
      width: Type.Optional(Type.Number({ description: "In pixels." })),
      height: Type.Optional(Type.Number({ description: "In pixels." })),
      durationMs: Type.Optional(Type.Number()),
    }),
  ),
  usedBytes: Type.Integer({ description: "What they take, with what is still on its way." }),
  maxBytes: Type.Integer(),
  maxFiles: Type.Integer(),
});
export type InstanceFiles = Static<typeof InstanceFiles>;

/** `POST /instances/:id/database/query`. Without `write` a statement that would change something is refused. */
export const DatabaseQuery = Type.Object(
  {
    sql: Type.String({ minLength: 1, maxLength: 100_000, description: "One statement." }),
    params: Type.Optional(Type.Array(SqlValue, { maxItems: 1_000, description: "For each `?`." })),
    write: Type.Optional(Type.Boolean({ default: false })),
  },
  closed,
);
export type DatabaseQuery = Static<typeof DatabaseQuery>;

/**
 * Rows, in the order of the columns. A page ends at its limit, or at 4 MiB; `Link` has the next one's address, where the
 * same is sent again. What changes meanwhile can shift rows from one page to another.
 */
export const DatabaseRows = Type.Object({
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      type: orNull(Type.String({ description: "Where it is a table's." })),
    }),
  ),
  rows: Type.Array(Type.Array(SqlValue)),
  more: Type.Boolean(),
  changes: Type.Integer({ description: "Rows that were changed, by triggers, too." }),
});
export type DatabaseRows = Static<typeof DatabaseRows>;

/** `pending`: it waits; `skipped`: no handler is to run for it, and `reason` says why. */
export const DeliveryState = Type.Union([
  Type.Literal("pending"),
  Type.Literal("running"),
  Type.Literal("done"),
  Type.Literal("failed"),
  Type.Literal("skipped"),
]);
export type DeliveryState = Static<typeof DeliveryState>;

/** `GET /instances/:id/deliveries?state=…`: the newest first. */
export const DeliveriesQuery = Type.Object({ ...paged, state: Type.Optional(DeliveryState) }, closed);
export type DeliveriesQuery = Static<typeof DeliveriesQuery>;

/** What became of one event for one instance. It tells names and times, and never what somebody said. */
export const Delivery = Type.Object({
  id: Type.Integer({ description: "Grows with the order in which events came." }),
  state: DeliveryState,
  roomId: Type.String({ description: "Or `schedule:<name>`, `webhook:<method> <path>`." }),
  eventId: Type.String(),
  sender: Type.String(),
  type: Type.String(),
  sentAt: orNull(Time),
  reason: orNull(
    Type.Object({
      code: Type.String({ description: "Such as `no-such-command` or `too-old`." }),
      message: Type.String(),
    }),
  ),
  handlers: Type.Array(Type.String(), {
    description: "What matched, and ran: `!hello`, `hears instagram.com`, `m.reaction`.",
  }),
  attempts: Type.Integer({ description: "How often it was handed over." }),
  runAt: orNull(Time),
  startedAt: orNull(Time),
  endedAt: orNull(Time),
  durationMs: orNull(Type.Integer({ description: "Of the last attempt." })),
  calls: Type.Array(
    Type.Object({
      method: Type.String({ description: "Of the host API: `event.send`, `file.send`." }),
      afterMs: Type.Integer({ description: "After it was handed over." }),
      durationMs: orNull(Type.Integer()),
      eventId: Type.Optional(Type.String({ description: "What it sent." })),
      error: Type.Optional(Type.String({ description: "The code of why it failed." })),
    }),
    { description: "What the last attempt asked of the host for this event, the first 32." },
  ),
  callsLeftOut: Type.Integer(),
  error: orNull(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      stack: Type.Optional(Type.String({ description: "Points at the author's sources." })),
    }),
  ),
});
export type Delivery = Static<typeof Delivery>;

// ── history ──────────────────────────────────────────────────────────────────

const hours = Type.Optional(
  Type.String({
    pattern: "^([1-9][0-9]?|1[0-5][0-9]|16[0-8])$",
    description: "How far back, 1 to 168; 24 unless told.",
  }),
);

/** `GET /history`: how far back. */
export const HistoryQuery = Type.Object({ hours }, closed);
export type HistoryQuery = Static<typeof HistoryQuery>;

/** `GET /instances/:id/history`: how far back, and in steps of which length. */
export const InstanceHistoryQuery = Type.Object(
  {
    hours,
    stepMinutes: Type.Optional(
      Type.String({ pattern: "^(15|60)$", description: "The length of a step: 15, or 60 as usual." }),
    ),
  },
  closed,
);
export type InstanceHistoryQuery = Static<typeof InstanceHistoryQuery>;

const steps = {
  from: Type.String({ format: "date-time", description: "The begin of the first step." }),
  stepSeconds: Type.Integer(),
};
const gauge = Type.Array(orNull(Type.Number()), { description: "Null where the host did not run." });
const events = {
  received: Type.Array(Type.Integer(), { description: "Events that were given to a handler." }),
  sent: Type.Array(Type.Integer(), { description: "Events that were sent to Matrix." }),
  failed: Type.Array(Type.Integer(), { description: "Events whose handler failed." }),
};
const series = {
  ...events,
  p95Ms: Type.Array(orNull(Type.Number()), {
    description: "Within which 95 of 100 handlers ended; null where none ran.",
  }),
};

/** `GET /instances/:id/history`: step by step, the oldest first; the last one is under way. */
export const InstanceHistory = Type.Object({ ...steps, ...series });
export type InstanceHistory = Static<typeof InstanceHistory>;

/** `GET /history`, by the hour: of all instances to which something happened, and of the host itself. */
export const History = Type.Object({
  ...steps,
  total: Type.Object(series),
  instances: Type.Array(Type.Object({ id: Type.String(), ...events })),
  host: Type.Object({
    hostCpuPercent: gauge,
    workersCpuPercent: gauge,
    hostBytes: gauge,
    workersBytes: gauge,
  }),
});
export type History = Static<typeof History>;

/** `GET /usage`: what the host and its workers use now. */
export const Usage = Type.Object({
  host: Type.Object({
    residentBytes: Type.Integer(),
    cpuPercent: orNull(Type.Number({ description: "Of one processor, lately." })),
  }),
  workers: Type.Array(
    Type.Object({
      pluginId: Type.String(),
      instanceId: orNull(
        Type.String({ description: "The one that it is for; null where it is the plugin's." }),
      ),
      residentBytes: orNull(Type.Integer()),
      cpuPercent: orNull(Type.Number()),
    }),
  ),
});
export type Usage = Static<typeof Usage>;

// ── events ───────────────────────────────────────────────────────────────────

/** `GET /events?instance=…`: of this instance only. `?logs=…`: of everything, with this one's log lines only. */
export const EventsQuery = Type.Object(
  {
    instance: Type.Optional(Type.String({ maxLength: 64, description: "Of this instance only." })),
    logs: Type.Optional(
      Type.String({
        maxLength: 64,
        description: "Log lines of this instance only; of none where it is empty. All unless told.",
      }),
    ),
    after: Type.Optional(
      Type.String({ maxLength: 400, description: "As `Last-Event-ID`, for who cannot set that." }),
    ),
  },
  closed,
);
export type EventsQuery = Static<typeof EventsQuery>;

/** `event: status`, when it changes. */
export const StatusEvent = Type.Object({
  instance: Type.String(),
  status: orNull(InstanceStatus),
  statusReason: orNull(Type.String()),
  statusSince: orNull(Time),
});
export type StatusEvent = Static<typeof StatusEvent>;

/** `event: log` */
export const LogEvent = Type.Object({ instance: Type.String(), ...LogLine.properties });
export type LogEvent = Static<typeof LogEvent>;

/** `event: deliveries`, four times a second at most: how many since the one before. */
export const DeliveriesEvent = Type.Object({
  instance: Type.String(),
  arrived: Type.Integer({ description: "Events that it is to handle." }),
  handled: Type.Integer({ description: "Events whose handler ended well." }),
  failed: Type.Integer({ description: "Events whose handler threw." }),
});
export type DeliveriesEvent = Static<typeof DeliveriesEvent>;

/** `event: changed`: something that is shown is not as it was, through the API or by itself. */
export const ChangedEvent = Type.Object({
  of: Type.String({
    description: "The first part of its path: `accounts`, `plugins`, `instances`, `users`.",
  }),
});
export type ChangedEvent = Static<typeof ChangedEvent>;

/** `event: reset`: events were missed. What is shown is to be read anew. */
export const ResetEvent = Type.Object({ reason: Type.String() });
export type ResetEvent = Static<typeof ResetEvent>;

/** `event: open`: from here on nothing is missed. */
export const OpenEvent = Type.Object({
  page: Type.Optional(
    Type.String({
      description: "The script of the page as this host has it: another one is of another version.",
    }),
  ),
});
export type OpenEvent = Static<typeof OpenEvent>;

/** The `data` of the events of `GET /events`, as JSON in one line. */
export const FeedData = Type.Union([
  StatusEvent,
  LogEvent,
  DeliveriesEvent,
  ChangedEvent,
  ResetEvent,
  OpenEvent,
]);
export type FeedData = Static<typeof FeedData>;

// ── playground ───────────────────────────────────────────────────────────────

/**
 * `GET /playground`: the built-in development homeserver, or `null` where it is off, and for viewers.
 * The page speaks plain Matrix with it through `basePath`, where the host passes
 * requests on: `fetch(basePath + "/_matrix/client/v3/sync", { headers: { authorization: "Bearer " + accessToken } })`.
 */
export const Playground = Type.Union([
  Type.Null(),
  Type.Object({
    basePath: Type.String({ description: "`/api/v1/playground/homeserver`" }),
    serverName: Type.String(),
    userId: Type.String({ description: "The person at the page." }),
    accessToken: Type.String({ description: "Good for the development homeserver only." }),
    roomId: Type.String({ description: "The room that is open at first." }),
    people: Type.Array(Type.Object({ userId: Type.String(), accessToken: Type.String() }), {
      description: "Others that one can speak as.",
    }),
  }),
]);
export type Playground = Static<typeof Playground>;

/** `POST /playground/people`: somebody else to speak as, in the same room. */
export const NewPerson = Type.Object(
  { name: Type.String({ pattern: "^[a-z0-9._=-]{1,32}$", description: "Before the colon of the user ID." }) },
  closed,
);
export type NewPerson = Static<typeof NewPerson>;

// ── backups ──────────────────────────────────────────────────────────────────

/** `POST /backups`: answered when it is made. It has every login and secret, sealed; `withKey` puts the key beside them. */
export const NewBackup = Type.Object(
  {
    withKey: Type.Optional(Type.Boolean({ default: false, description: "With the secret key." })),
    recipients: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 5_000 }), {
        maxItems: 20,
        description:
          "Recipients of age's (age1…) to whom it is encrypted, beside those of `backup.recipients`.",
      }),
    ),
  },
  closed,
);
export type NewBackup = Static<typeof NewBackup>;

/** `GET /backups`: the newest first. `GET /backups/:name` is the file itself. */
export const Backup = Type.Object({
  name: Type.String(),
  size: Type.Integer({ description: "In bytes." }),
  createdAt: Time,
  withKey: Type.Boolean({ description: "Whether it has the secret key." }),
  encrypted: Type.Boolean({ description: "Whether it takes an identity of age's to read it." }),
});
export type Backup = Static<typeof Backup>;

// ── health ───────────────────────────────────────────────────────────────────

/** `GET /readyz`, without a session: 200 where the host can do its work, else 503 with what is wrong. */
export const Readiness = Type.Object({
  status: Type.Union([Type.Literal("ready"), Type.Literal("not ready")]),
  problems: Type.Array(Type.String()),
  checks: Type.Array(
    Type.Object({
      name: Type.Union([Type.Literal("database"), Type.Literal("account")]),
      account: orNull(Type.String({ description: "The user ID of an account." })),
      problem: orNull(Type.String({ description: "What is wrong; null where it is well." })),
    }),
    { description: "All that is looked at." },
  ),
});
export type Readiness = Static<typeof Readiness>;

/** `GET /configuration`: as it was when Rookery was started. */
export const Configuration = Type.Object({
  file: orNull(Type.String({ description: "The file that was read." })),
  settings: Type.Array(
    Type.Object({
      name: Type.String({ description: "Such as `limits.databaseMb`." }),
      value: Type.Unknown({ description: "Null where it is hidden." }),
      hidden: Type.Boolean({ description: "It may be a secret: a program's environment or arguments." }),
      from: Type.Union([Type.Literal("default"), Type.Literal("file"), Type.Literal("environment")]),
      variable: orNull(Type.String({ description: "The variable that set it." })),
    }),
  ),
});
export type Configuration = Static<typeof Configuration>;

/** `GET /configuration/differences`: what applying the configuration's file as it is now would do, and what it could not. */
export const Difference = Type.Object({
  kind: Type.Enum(["user", "plugin", "account", "instance", "grants"]),
  name: Type.String({ description: "Its ID; of an account its user ID." }),
  entry: Type.String({ description: "Where in the file, such as `instances.hello`." }),
  action: Type.Enum(["add", "change", "remove", "none"], {
    description:
      "`remove`: the file has it no more, so it is stopped and kept. `none`: it waits for a person.",
  }),
  changes: Type.Array(
    Type.Object({
      field: Type.String(),
      from: Type.Optional(Type.Unknown()),
      to: Type.Optional(Type.Unknown()),
    }),
  ),
  problem: orNull(Type.String({ description: "Why it could not be applied." })),
});
export type Difference = Static<typeof Difference>;

/** `GET /notices`: what needs the operator's attention that belongs to no instance or account. */
export const Notice = Type.Object({ id: Type.String(), message: Type.String(), remedy: Type.String() });
export type Notice = Static<typeof Notice>;
