import { Permissions } from "@rookery/plugin-sdk/manifest";
import { type Static, Type } from "typebox";
import { PluginPermission } from "./plugins.ts";
import { closed, Etag, ManagedBy, orNull, paged, Time } from "./shapes.ts";

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
