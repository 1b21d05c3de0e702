import { Permissions } from "@rookery/plugin-sdk/manifest";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };
/** What the names in a mapping may be. */
const named = (pattern: string) => ({ propertyNames: { type: "string", pattern } });

/** A file with one secret in it. A name without a slash is a systemd credential, where there are any. */
export const SecretFile = Type.String({ minLength: 1, maxLength: 4096 });
const secretFile = (description: string) => Type.Optional(Type.String({ ...SecretFile, description }));

const Prefix = Type.String({ pattern: String.raw`^\S{1,16}$` });

/** A Matrix login; it is made once, and its token is kept sealed. */
export const DeclaredAccount = Type.Object(
  {
    userId: Type.String({
      pattern: String.raw`^@[^:\s]+:[A-Za-z0-9.:\[\]-]+$`,
      maxLength: 255,
      description: "Such as @bot:example.org.",
    }),
    homeserver: Type.Optional(
      Type.String({
        pattern: String.raw`^(https?://\S+|[A-Za-z0-9.:\[\]-]+)$`,
        maxLength: 500,
        description: "Its URL or server name; else it is found by the user ID.",
      }),
    ),
    accessTokenFile: secretFile("Has an access token of the user."),
    passwordFile: secretFile("Has the user's password; beside a token to register with, the new user's."),
    registrationTokenFile: secretFile("Has a token that registers the user, if there is no such user yet."),
    sharedSecretFile: secretFile("Has Synapse's registration_shared_secret, which registers the user."),
    enabled: Type.Boolean({ default: true, description: "Whether it is to be online." }),
    autojoin: Type.Object(
      {
        policy: Type.Enum(["never", "allow-list", "always"], { default: "always" }),
        allow: Type.Array(Type.String({ pattern: String.raw`^@?[^@\s]{1,254}$` }), {
          default: [],
          maxItems: 500,
          description: "Globs of user IDs (@*:example.org) and of server names (*.example.org).",
        }),
      },
      { ...closed, default: {}, description: "Which invitations it takes by itself." },
    ),
    prefix: Type.String({ ...Prefix, default: "!", description: "What is put before a command." }),
    roomPrefixes: Type.Record(Type.String(), Prefix, {
      ...named("^!.{1,254}$"),
      default: {},
      description: "In these rooms something else is, by room ID.",
    }),
    encryptFor: Type.Enum(["all", "cross-signed"], {
      default: "all",
      description:
        "Whose devices can read what it says in encrypted rooms: all, or those that their owners verified.",
    }),
  },
  closed,
);
export type DeclaredAccount = Static<typeof DeclaredAccount>;

/** An installed bundle, and what it may do. */
export const DeclaredPlugin = Type.Object(
  {
    path: Type.String({ minLength: 1, description: "The bundle, a .mbp file." }),
    sha256: Type.String({
      pattern: "^[0-9a-f]{64}$",
      description: "Of the bundle, as `rookery inspect` prints it: another file is not installed.",
    }),
    grants: Type.Optional(
      Type.Object(
        { ...Permissions.properties },
        { ...closed, description: "What it may do, beside what its instances' `grants` name." },
      ),
    ),
    refused: Type.Optional(
      Type.Object(
        { ...Permissions.properties },
        { ...closed, description: "What it asks for and is to go on without." },
      ),
    ),
  },
  closed,
);
export type DeclaredPlugin = Static<typeof DeclaredPlugin>;

/** A bot. What is left out is as it is by default. */
export const DeclaredInstance = Type.Object(
  {
    plugin: Type.String({ minLength: 1, description: "The ID of its plugin." }),
    account: Type.String({
      minLength: 1,
      description: "A name under `accounts`, or the user ID of an account that was added by hand.",
    }),
    config: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: "Without its secrets; the plugin's schema says what it may be.",
    }),
    secretFiles: Type.Record(Type.String(), SecretFile, {
      ...named("^/."),
      default: {},
      description: "Files with its secret settings, by JSON pointer into the config: `/token`.",
    }),
    enabled: Type.Boolean({ default: true }),
    rooms: Type.Optional(
      Type.Array(Type.String({ pattern: "^!.", maxLength: 255 }), {
        maxItems: 1000,
        uniqueItems: true,
        description: "The rooms in which it may act; else all of its account's.",
      }),
    ),
    grants: Type.Optional(
      Type.Object(
        { ...Permissions.properties },
        { ...closed, description: "What it gets; else all that its plugin is granted." },
      ),
    ),
    catchUpSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 30 * 24 * 60 * 60,
        description: "How old a message may be and still be answered; else the plugin's own age.",
      }),
    ),
  },
  closed,
);
export type DeclaredInstance = Static<typeof DeclaredInstance>;

/** Somebody who may sign in. A password is set with a link (`rookery users link`). */
export const DeclaredUser = Type.Object(
  {
    role: Type.Enum(["viewer", "deployer", "admin"]),
    disabled: Type.Boolean({ default: false }),
  },
  closed,
);
export type DeclaredUser = Static<typeof DeclaredUser>;

/** As `PluginId` has it. */
const PLUGIN_ID = "^[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)+$";

/** What of the host's state is declared in its configuration: by the name of each. */
export const DECLARED = {
  accounts: Type.Record(Type.String(), DeclaredAccount, {
    ...named("^[a-z0-9][a-z0-9-]{0,62}$"),
    default: {},
    description: "Matrix logins, by a name for `instances`.",
  }),
  plugins: Type.Record(Type.String(), DeclaredPlugin, {
    ...named(PLUGIN_ID),
    default: {},
    description: "Installed plugins, by ID.",
  }),
  instances: Type.Record(Type.String(), DeclaredInstance, {
    ...named("^[a-z0-9][a-z0-9-]{0,62}$"),
    default: {},
    description: "Bots, by name.",
  }),
  users: Type.Record(Type.String(), DeclaredUser, {
    ...named("^[A-Za-z0-9._-]{1,64}$"),
    default: {},
    description: "Who may sign in, by name.",
  }),
};

export interface Declared {
  accounts: Record<string, DeclaredAccount>;
  plugins: Record<string, DeclaredPlugin>;
  instances: Record<string, DeclaredInstance>;
  users: Record<string, DeclaredUser>;
}

/** The schema of one entry of each, for the defaults in it. */
export const ENTRIES = {
  accounts: DeclaredAccount,
  plugins: DeclaredPlugin,
  instances: DeclaredInstance,
  users: DeclaredUser,
};

export const NOTHING_DECLARED: Declared = { accounts: {}, plugins: {}, instances: {}, users: {} };
