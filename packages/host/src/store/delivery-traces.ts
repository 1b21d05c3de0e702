import type { ErrorData } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";

/** Why no handler ran for an event, or what else came of it. */
export type TraceReason =
  | "own"
  | "no-handler"
  | "no-such-command"
  | "encrypted"
  | "notice"
  | "edit"
  | "too-old"
  | "room-off"
  | "inbox-full"
  | "arguments-refused"
  | "user-error";

/** A call of the host API that named the delivery. */
export interface HostCall {
  method: string;
  /** In milliseconds after the event was handed over. */
  afterMs: number;
  /** `null` while it lasts. */
  durationMs: number | null;
  /** What it sent. */
  eventId?: string;
  /** The error's code, where it failed. */
  error?: string;
}

/** What became of one event. It holds names and times, never what somebody said. */
export interface Traced {
  id: number;
  state: "done" | "failed" | "skipped";
  /** In milliseconds since 1970. */
  endedAt: number;
  eventId: string;
  roomId: string;
  sender: string;
  type: string;
  /** By its sender's homeserver's clock; `null` where it has none. */
  sentAt: number | null;
  reason: TraceReason | null;
  /** The handlers that ran. */
  handlers: string[];
  /** When it was last handed over. */
  startedAt: number | null;
  durationMs: number | null;
  /** How often it was handed over. */
  attempts: number;
  /** Of the last attempt. */
  calls: HostCall[];
  callsLeftOut: number;
  error: ErrorData | null;
}

/** An event that reached no handler, as short as it can be kept. */
export type SkippedEvent = Pick<Traced, "id" | "eventId" | "roomId" | "sender" | "type" | "sentAt"> & {
  at: number;
  reason: TraceReason;
};

export type DeliveryTraceStore = ReturnType<typeof createDeliveryTraceStore>;

/** Of an instance, at least; fewer where they are long. */
export const TRACES_KEPT = 500;
const CHARACTERS_KEPT = 2_000_000;
/** What is no longer kept is looked for after so many. */
const LOOK = 100;

export function createDeliveryTraceStore(db: Db) {
  // What ended just before its instance was deleted has nowhere to be kept.
  const insert = db.prepare(
    `INSERT INTO trace_batch (instance_id, ended_at, count, characters, last_id, traces)
     SELECT id, ?, ?, ?, ?, ? FROM instance WHERE id = ?`,
  );
  const trim = db.prepare(
    `DELETE FROM trace_batch WHERE id IN (
       SELECT id FROM (
         SELECT id, SUM(count) OVER newer AS traces, SUM(characters) OVER newer AS characters
         FROM trace_batch WHERE instance_id = ?
         WINDOW newer AS (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
       WHERE traces >= ${TRACES_KEPT} OR characters >= ${CHARACTERS_KEPT})`,
  );
  const batches = db
    .prepare<[string], string>("SELECT traces FROM trace_batch WHERE instance_id = ? ORDER BY id")
    .pluck();
  const forget = db.prepare("DELETE FROM trace_batch WHERE ended_at < ?");
  const putSkipped = db.prepare(
    `INSERT OR REPLACE INTO skipped_events (instance_id, last_id, events)
     SELECT id, ?, ? FROM instance WHERE id = ?`,
  );
  const skipped = db.prepare<[string], { events: string }>(
    "SELECT events FROM skipped_events WHERE instance_id = ?",
  );

  /** Traces since it was last looked for what is no longer kept; at first, once for each instance. */
  const sinceLook = new Map<string, number>();

  /** By ID; what ran again is there as it ended last. */
  function all(instanceId: string): Map<number, Traced> {
    const traces = batches.all(instanceId).flatMap((batch) => JSON.parse(batch) as Traced[]);
    return new Map(traces.map((trace) => [trace.id, trace]));
  }

  return {
    /** Each instance's in the order in which they ended. Of each, the newest are kept. */
    keep: db.transaction((ended: ReadonlyMap<string, readonly Traced[]>) => {
      for (const [instanceId, traces] of ended) {
        const text = JSON.stringify(traces);
        const { endedAt = 0 } = traces.at(-1) ?? {};
        insert.run(endedAt, traces.length, text.length, highestId(traces), text, instanceId);
        const since = (sinceLook.get(instanceId) ?? LOOK) + traces.length;
        sinceLook.set(instanceId, since < LOOK ? since : 0);
        if (since >= LOOK) trim.run(instanceId);
      }
    }).immediate,
    /** The newest of those in one of the states with a smaller ID; the newest first. */
    page: (instanceId: string, before: number, states: readonly Traced["state"][], limit: number) =>
      [...all(instanceId).values()]
        .filter(({ id, state }) => id < before && states.includes(state))
        .sort((one, other) => other.id - one.id)
        .slice(0, limit),
    get: (instanceId: string, id: number): Traced | undefined => all(instanceId).get(id),
    /** Forgets what ended before a time. */
    forget(before: number) {
      sinceLook.clear();
      forget.run(before);
    },
    /** All of an instance, in place of those of before. */
    keepSkipped: db.transaction((all: ReadonlyMap<string, readonly SkippedEvent[]>) => {
      for (const [instanceId, events] of all) {
        putSkipped.run(highestId(events), JSON.stringify(events), instanceId);
      }
    }).immediate,
    /** As they were last written, the oldest first. */
    skipped(instanceId: string): SkippedEvent[] {
      const row = skipped.get(instanceId);
      return row ? (JSON.parse(row.events) as SkippedEvent[]) : [];
    },
  };
}

/** What waited on the disk comes with an older ID. */
const highestId = (events: readonly { id: number }[]) =>
  events.reduce((most, { id }) => Math.max(most, id), 0);
