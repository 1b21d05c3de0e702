import type { ErrorData } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";
import type { InboxEntry } from "./inbox.ts";

/** A delivery whose handler threw. */
export interface FailedDelivery {
  id: number;
  roomId: string;
  /** The event's JSON text. */
  event: string;
  error: ErrorData;
  failedAt: number;
}

/** What failed and may be run again. A plugin that fails at everything must not fill the disk: the newest are kept. */
export interface FailedDeliveries {
  keep(entry: InboxEntry, error: ErrorData, failedAt: number): void;
  /** The newest ones, of those with a smaller ID than `before`; the newest first. */
  list(instanceId: string, limit: number, before?: number): FailedDelivery[];
  /** Takes one out, to be run again. `run` is how often it was. */
  take(instanceId: string, id: number): { roomId: string; event: string; run: number } | undefined;
  /** Forgets what failed before a time. */
  forget(before: number): void;
}

/** Of an instance. */
const KEPT = 10_000;
/** How many more it takes to look at that again. */
const LOOK = 1_000;

export function createFailedDeliveries(
  db: Db,
  { kept = KEPT, look = LOOK }: { kept?: number; look?: number } = {},
): FailedDeliveries {
  const insert = db.prepare(
    "INSERT OR REPLACE INTO failed_delivery (instance_id, id, room_id, event, error, failed_at, run) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const removeOldest = db.prepare(
    `DELETE FROM failed_delivery WHERE instance_id = ? AND id <=
     (SELECT id FROM failed_delivery WHERE instance_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  );
  const page = db.prepare<
    [string, number, number],
    { id: number; room_id: string; event: string; error: string; failed_at: number }
  >(
    `SELECT id, room_id, event, error, failed_at FROM failed_delivery
     WHERE instance_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const take = db.prepare<[string, number], { roomId: string; event: string; run: number }>(
    `DELETE FROM failed_delivery WHERE instance_id = ? AND id = ? RETURNING room_id AS "roomId", event, run`,
  );
  const forget = db.prepare("DELETE FROM failed_delivery WHERE failed_at < ?");
  /** Failures of an instance until the next look; the first one after a start is one. */
  const untilLook = new Map<string, number>();

  return {
    keep({ instanceId, id, roomId, event, run }, error, failedAt) {
      insert.run(instanceId, id, roomId, event, JSON.stringify(error), failedAt, run);
      const left = untilLook.get(instanceId) ?? 0;
      untilLook.set(instanceId, left > 0 ? left - 1 : look - 1);
      if (left === 0) removeOldest.run(instanceId, instanceId, kept);
    },
    list: (instanceId, limit, before = Number.MAX_SAFE_INTEGER) =>
      page.all(instanceId, before, limit).map(({ id, room_id, event, error, failed_at }) => ({
        ...{ id, roomId: room_id, event, error: JSON.parse(error) as ErrorData, failedAt: failed_at },
      })),
    take: (instanceId, id) => take.get(instanceId, id),
    forget: (before) => void forget.run(before),
  };
}
