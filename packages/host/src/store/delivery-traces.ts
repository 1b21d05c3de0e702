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

/** Of an instance. */
export const TRACES_KEPT = 500;

export function createDeliveryTraceStore(db: Db) {
  // What ended just before its instance was deleted has nowhere to be kept.
  const insert = db.prepare(
    `INSERT OR REPLACE INTO delivery_trace (instance_id, id, state, ended_at, trace)
     SELECT id, ?, ?, ?, ? FROM instance WHERE id = ?`,
  );
  const trim = db.prepare(
    `DELETE FROM delivery_trace WHERE instance_id = ? AND id <=
     (SELECT id FROM delivery_trace WHERE instance_id = ? ORDER BY id DESC LIMIT 1 OFFSET ${TRACES_KEPT})`,
  );
  type Row = { id: number; state: Traced["state"]; ended_at: number; trace: string };
  const page = db.prepare<[string, number, string, number], Row>(
    `SELECT id, state, ended_at, trace FROM delivery_trace
     WHERE instance_id = ? AND id < ? AND state IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT ?`,
  );
  const one = db.prepare<[string, number], Row>(
    "SELECT id, state, ended_at, trace FROM delivery_trace WHERE instance_id = ? AND id = ?",
  );
  const forget = db.prepare("DELETE FROM delivery_trace WHERE ended_at < ?");
  const putSkipped = db.prepare(
    `INSERT OR REPLACE INTO skipped_events (instance_id, last_id, events)
     SELECT id, ?, ? FROM instance WHERE id = ?`,
  );
  const skipped = db.prepare<[string], { events: string }>(
    "SELECT events FROM skipped_events WHERE instance_id = ?",
  );

  const toTraced = ({ id, state, ended_at, trace }: Row): Traced => ({
    ...(JSON.parse(trace) as Omit<Traced, "id" | "state" | "endedAt">),
    ...{ id, state, endedAt: ended_at },
  });

  return {
    /** Of each instance, the newest are kept. */
    keep: db.transaction((ended: ReadonlyMap<string, readonly Traced[]>) => {
      for (const [instanceId, traces] of ended) {
        for (const { id, state, endedAt, ...trace } of traces) {
          insert.run(id, state, endedAt, JSON.stringify(trace), instanceId);
        }
        trim.run(instanceId, instanceId);
      }
    }).immediate,
    /** The newest of those in one of the states with a smaller ID; the newest first. */
    page: (instanceId: string, before: number, states: readonly Traced["state"][], limit: number) =>
      page.all(instanceId, before, JSON.stringify(states), limit).map(toTraced),
    get(instanceId: string, id: number): Traced | undefined {
      const row = one.get(instanceId, id);
      return row && toTraced(row);
    },
    /** Forgets what ended before a time. */
    forget: (before: number) => void forget.run(before),
    /** All of an instance, in place of those of before. */
    keepSkipped: db.transaction((all: ReadonlyMap<string, readonly SkippedEvent[]>) => {
      for (const [instanceId, events] of all) {
        // What waited on the disk comes with an older ID.
        const lastId = events.reduce((most, { id }) => Math.max(most, id), 0);
        putSkipped.run(lastId, JSON.stringify(events), instanceId);
      }
    }).immediate,
    /** As they were last written, the oldest first. */
    skipped(instanceId: string): SkippedEvent[] {
      const row = skipped.get(instanceId);
      return row ? (JSON.parse(row.events) as SkippedEvent[]) : [];
    },
  };
}
