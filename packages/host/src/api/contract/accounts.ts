import { type Static, type TSchema, Type } from "typebox";
import { closed, Etag, ManagedBy, Time } from "./shapes.ts";

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
  deviceId: Type.String({
    description:
      "Empty for an application service's user whom the homeserver gave none: without one there is no encryption.",
  }),
  isApplicationService: Type.Boolean({
    description:
      "Whether it is an application service's user, by whom others of its namespace can be acted as.",
  }),
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
