import type { Database } from "./database.ts";

export interface Receipt {
  readonly room_id: string;
  readonly user_id: string;
  readonly type: string;
  /** Empty for an unthreaded receipt. */
  readonly thread_id: string;
  readonly event_id: string;
  readonly timestamp: number;
  readonly position: number;
}

export type ReceiptStore = ReturnType<typeof createReceiptStore>;

/** The last receipt per room, user, type and thread. */
export function createReceiptStore(database: Database) {
  const put = database.prepare("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?)");
  const since = database.prepare<[string, number], Receipt>(
    "SELECT * FROM receipts WHERE room_id = ? AND position > ? ORDER BY position",
  );
  const lastPositions = database.prepare<[], { room_id: string; position: number }>(
    "SELECT room_id, max(position) AS position FROM receipts GROUP BY room_id",
  );
  const last = new Map(lastPositions.all().map((row) => [row.room_id, row.position]));

  return {
    put(receipt: Receipt): void {
      database.begin();
      const { room_id, user_id, type, thread_id, event_id, timestamp, position } = receipt;
      put.run(room_id, user_id, type, thread_id, event_id, timestamp, position);
      last.set(room_id, position);
    },
    since(roomId: string, position: number): Receipt[] {
      return (last.get(roomId) ?? 0) <= position ? [] : since.all(roomId, position);
    },
  };
}
