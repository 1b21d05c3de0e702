import type { Db } from "./database.ts";

export type EncryptedRoomStore = ReturnType<typeof createEncryptedRoomStore>;

/** The rooms that are encrypted, as an account learned it, with the settings of their encryption. */
export function createEncryptedRoomStore(db: Db) {
  const get = db.prepare<[string, string], { settings: string }>(
    "SELECT settings FROM encrypted_room WHERE account_id = ? AND room_id = ?",
  );
  const put = db.prepare("INSERT OR REPLACE INTO encrypted_room VALUES (?, ?, ?)");
  return {
    /** `undefined` for a room of which it is not known. */
    get(accountId: string, roomId: string): object | undefined {
      const row = get.get(accountId, roomId);
      return row && (JSON.parse(row.settings) as object);
    },
    set(accountId: string, roomId: string, settings: object) {
      put.run(accountId, roomId, JSON.stringify(settings));
    },
  };
}
