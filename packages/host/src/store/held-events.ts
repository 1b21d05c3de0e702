import type { Db } from "./database.ts";

/** An event that waits for its key, or behind one that does. */
export interface HeldEvent {
  /** Grows in the order in which events came: of the inbox (`takeId`). */
  id: number;
  accountId: string;
  roomId: string;
  /** In milliseconds since 1970. */
  cameAt: number;
  /** `false` where it only keeps its place. */
  awaitsKey: boolean;
  /** Its JSON text, as the homeserver gave it. */
  event: string;
}

interface Row {
  id: number;
  room_id: string;
  came_at: number;
  awaits_key: number;
  event: string;
}

/** Written by the inbox, in the transactions in which events come and go. */
export function createHeldEvents(db: Db) {
  const insert = db.prepare(
    "INSERT INTO held_event (id, account_id, room_id, came_at, awaits_key, event) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const remove = db.prepare("DELETE FROM held_event WHERE id = ?");
  const all = db.prepare<[string], Row>(
    "SELECT id, room_id, came_at, awaits_key, event FROM held_event WHERE account_id = ? ORDER BY id",
  );
  const inRoom = db.prepare<[string, string], Row>(
    `SELECT id, room_id, came_at, awaits_key, event FROM held_event
     WHERE account_id = ? AND room_id = ? ORDER BY id`,
  );
  return {
    put({ id, accountId, roomId, cameAt, awaitsKey, event }: HeldEvent) {
      insert.run(id, accountId, roomId, cameAt, awaitsKey ? 1 : 0, event);
    },
    remove: (id: number) => void remove.run(id),
    /** Of a room, or of all; the oldest first. */
    list: (accountId: string, roomId?: string): HeldEvent[] =>
      (roomId === undefined ? all.all(accountId) : inRoom.all(accountId, roomId)).map(
        ({ id, room_id, came_at: cameAt, awaits_key, event }) => ({
          ...{ id, accountId, roomId: room_id, cameAt, awaitsKey: awaits_key === 1, event },
        }),
      ),
  };
}
