import type { Db } from "./database.ts";

/** Longer than a delivery can ask for "later" (100 times, a day each). */
const KEPT_MS = 120 * 24 * 60 * 60_000;

export type CreatedRoomStore = ReturnType<typeof createCreatedRoomStore>;

/** Which rooms instances made for which write, so that a delivery that runs again makes no second one. */
export function createCreatedRoomStore(db: Db) {
  const byTxn = db.prepare<[string], { room_id: string | null }>(
    "SELECT room_id FROM created_room WHERE txn_id = ?",
  );
  const begin = db.prepare("INSERT INTO created_room (txn_id, instance_id, at) VALUES (?, ?, ?)");
  const end = db.prepare("UPDATE created_room SET room_id = ? WHERE txn_id = ?");
  const forget = db.prepare("DELETE FROM created_room WHERE instance_id = ? AND at < ?");

  return {
    /** `undefined` where it was never begun; `null` where the answer never came. */
    get: (txnId: string): string | null | undefined => byTxn.get(txnId)?.room_id,
    begin(txnId: string, instanceId: string, at: number) {
      forget.run(instanceId, at - KEPT_MS);
      begin.run(txnId, instanceId, at);
    },
    end: (txnId: string, roomId: string) => void end.run(roomId, txnId),
  };
}
