import { type Static, Type } from "typebox";
import { InstanceStatus, LogLine } from "./instances.ts";
import { closed, orNull, Time } from "./shapes.ts";

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
