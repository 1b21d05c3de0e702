import { type Static, Type } from "typebox";
import { closed, orNull } from "./shapes.ts";

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
