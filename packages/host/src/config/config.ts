import { type Static, Type } from "typebox";
import { DECLARED, SecretFile } from "./declared.ts";

const closed = { additionalProperties: false };
const Kept = { minimum: 0, maximum: 10_000 };
/** As age-keygen prints one; whether it is one is known when it is used. */
const AGE_RECIPIENT = "^age1[02-9ac-hj-np-z1]{20,4000}$";
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

/** A program that plugins may be granted, and how it may be called. */
export const ProgramConfig = Type.Object(
  {
    path: Type.String({ minLength: 1 }),
    always: Type.Array(Type.String(), { default: [], description: "Arguments that always come first." }),
    options: Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.Literal("file")]), {
      default: {},
      description:
        'Options that a plugin may use; true where a value follows, "file" where that is a file of the run\'s own directory.',
    }),
    files: Type.Optional(
      Type.Boolean({
        description: "Whether the name of a file of the run's own directory may be an argument by itself.",
      }),
    ),
    operands: Type.Array(Type.String(), {
      default: [],
      description: "How an argument after `--` must begin.",
    }),
    env: Type.Record(Type.String(), Type.String(), { default: {} }),
    envFiles: Type.Optional(
      Type.Record(Type.String(), SecretFile, { description: "Files with further variables' values." }),
    ),
    network: Type.Optional(
      Type.Boolean({
        description: "false: it reaches no network, not even the machine itself; needs the sandbox.",
      }),
    ),
    readable: Type.Optional(
      Type.Array(Type.String({ pattern: "^/" }), {
        description: "Files and folders that it may read in the sandbox, beside the system's.",
      }),
    ),
    memoryMb: Type.Optional(
      Type.Integer({
        minimum: 64,
        maximum: 1_048_576,
        description: "The address space that each of its processes may have; 2048 unless told.",
      }),
    ),
  },
  closed,
);
export type ProgramConfig = Static<typeof ProgramConfig>;

/** `rookery.yaml`. Everything has a default, so the file may be absent. */
export const Config = Type.Object(
  {
    dataDir: Type.String({ default: "data", description: "All state lies here." }),
    port: Type.Integer({
      ...Port,
      default: 29_316,
      description: "Of the page and the API, on 127.0.0.1; 0 takes any.",
    }),
    socket: Type.Optional(
      Type.String({
        minLength: 1,
        description: "A Unix socket for the page and the API, in place of the port.",
      }),
    ),
    allowedHosts: Type.Array(Type.String(), {
      default: [],
      description:
        "Further names the page may be opened under, such as a reverse proxy's. 127.0.0.1 and localhost are always allowed.",
    }),
    auditDays: Type.Integer({
      minimum: 31,
      maximum: 3_650,
      default: 365,
      description: "How long the audit log keeps who did what.",
    }),
    logLevel: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
    secretKeyFile: Type.Optional(
      Type.String({
        description:
          "32 bytes as base64 that seal secrets on the disk; else secret.key in dataDir, made when absent.",
      }),
    ),
    network: Type.Object(
      {
        proxy: Type.Optional(
          Type.String({
            pattern: "^https?://",
            description: "HTTP CONNECT proxy for plugins and their programs.",
          }),
        ),
        proxyFile: Type.Optional(
          Type.String({ ...SecretFile, description: "Has the proxy's address, where a password is in it." }),
        ),
        caFile: Type.Optional(
          Type.String({ description: "Further certificate authorities to trust, as PEM." }),
        ),
        privateHosts: Type.Record(Type.String(), Type.Array(Type.String()), {
          default: {},
          description:
            "Names (or `*.` and a domain) that plugins may be granted though they resolve to these addresses or ranges.",
        }),
      },
      { ...closed, default: {} },
    ),
    programs: Type.Record(Type.String(), ProgramConfig, {
      default: {},
      description: "Programs that plugins may be granted. yt-dlp needs no entry where it is on the PATH.",
    }),
    trustedKeys: Type.Record(Type.String({ minLength: 1, maxLength: 64 }), Type.String(), {
      default: {},
      description: "Public keys whose signature on a bundle is trusted, by a name for each.",
    }),
    requireSignature: Type.Boolean({
      default: false,
      description: "Refuse bundles, and do not run plugins, that no trusted key signed.",
    }),
    programSandbox: Type.Enum(["auto", "off", "required"], {
      default: "auto",
      description: "Programs run under bubblewrap: where it works, never, or not at all without.",
    }),
    backup: Type.Object(
      {
        path: Type.Optional(
          Type.String({ minLength: 1, description: "The folder of the backups; else backups in dataDir." }),
        ),
        schedule: Type.Optional(
          Type.String({
            minLength: 1,
            description:
              "When one is made, as a cron expression in the machine's time zone; else never by itself.",
          }),
        ),
        recipients: Type.Array(Type.String({ pattern: AGE_RECIPIENT }), {
          default: [],
          maxItems: 20,
          description:
            "Recipients of age's (age1…) to whom backups are encrypted; who has the identity of one can read them.",
        }),
        keep: Type.Object(
          {
            last: Type.Integer({ ...Kept, default: 3, description: "The newest." }),
            daily: Type.Integer({ ...Kept, default: 7, description: "Of so many days the last." }),
            weekly: Type.Integer({ ...Kept, default: 4, description: "Of so many weeks the last." }),
            monthly: Type.Integer({ ...Kept, default: 12, description: "Of so many months the last." }),
          },
          {
            ...closed,
            default: {},
            description: "Which are kept, beside the newest; with a new one, the others are deleted.",
          },
        ),
      },
      { ...closed, default: {} },
    ),
    alerts: Type.Optional(
      Type.Object(
        {
          room: Type.String({
            pattern: "^!.",
            maxLength: 255,
            description: "The ID of the room that is told.",
          }),
          account: Type.String({
            pattern: String.raw`^@[^:\s]+:\S+$`,
            maxLength: 255,
            description: "The user ID of the host's account that tells it.",
          }),
          operators: Type.Array(Type.String({ pattern: String.raw`^@[^:\s]+:\S+$`, maxLength: 255 }), {
            default: [],
            maxItems: 100,
            description: "The user IDs of those whose !rookery commands are obeyed in that room.",
          }),
          summary: Type.Optional(
            Type.String({
              minLength: 1,
              description:
                "When a summary is sent, as a cron expression in the machine's time zone; else never.",
            }),
          ),
        },
        closed,
      ),
    ),
    webhooks: Type.Object(
      {
        port: Type.Optional(
          Type.Integer({
            ...Port,
            description: "Of the webhooks alone; without it there are none. 0 takes any.",
          }),
        ),
        host: Type.String({ minLength: 1, default: "127.0.0.1", description: "The address to listen on." }),
        publicUrl: Type.Optional(
          Type.String({
            pattern: "^https?://[\\w.:\\[\\]-]+(/[\\w.~/-]*)?$",
            description: "What a reverse proxy serves the webhooks under.",
          }),
        ),
        bodyKb: Type.Integer({
          minimum: 1,
          maximum: 32_768,
          default: 1_024,
          description: "How large a request's body may be.",
        }),
        perSecond: Type.Integer({
          minimum: 1,
          maximum: 10_000,
          default: 20,
          description: "Requests to an instance, in the long run.",
        }),
      },
      { ...closed, default: {} },
    ),
    limits: Type.Object(
      {
        workerMemoryMb: Type.Integer({
          minimum: 16,
          maximum: 4_096,
          default: 128,
          description: "What a plugin's worker may hold, buffers included.",
        }),
        databaseMb: Type.Integer({
          minimum: 1,
          maximum: 65_536,
          default: 256,
          description: "How large the database of an instance may grow.",
        }),
        inboxEntries: Type.Integer({
          minimum: 1,
          maximum: 10_000_000,
          default: 100_000,
          description: "Events that may wait for an instance; what comes beyond is refused and counted.",
        }),
        cpuPercent: Type.Integer({
          minimum: 1,
          maximum: 100,
          default: 80,
          description:
            "Of one processor, what a plugin's worker may use in the long run; after a minute's worth it is slowed down.",
        }),
        messagesPerSecond: Type.Integer({
          minimum: 10,
          default: 100_000,
          description: "What a plugin's worker may ask and tell the host; beyond it, it waits.",
        }),
        writesPerSecond: Type.Number({
          exclusiveMinimum: 0,
          default: 20,
          description:
            "What an instance may send into one room, five times that at once; beyond it, it waits.",
        }),
        logLinesPerSecond: Type.Integer({
          minimum: 1,
          default: 50,
          description: "What an instance may write to its log, ten times that at once; the rest is left out.",
        }),
        filesMb: Type.Integer({
          minimum: 1,
          default: 1_024,
          description: "What the files may take that an instance holds at the same time.",
        }),
        previewMegapixels: Type.Integer({
          minimum: 0,
          maximum: 25,
          default: 25,
          description: "The largest picture that is decoded for a preview; 0: none is.",
        }),
      },
      { ...closed, default: {} },
    ),
    ...DECLARED,
  },
  closed,
);
export type Config = Static<typeof Config>;
