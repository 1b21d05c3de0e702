import type { Db } from "./database.ts";

export type EncryptedRoomStore = ReturnType<typeof createEncryptedRoomStore>;

const KNOWN = 10_000;

/** The rooms that are encrypted, as an account learned it, with the settings of their encryption. */
export function createEncryptedRoomStore(db: Db) {
  const get = db.prepare<[string, string], { settings: string }>(
    "SELECT settings FROM encrypted_room WHERE account_id = ? AND room_id = ?",
  );
  const one = db
    .prepare<[string], number>("SELECT 1 FROM encrypted_room WHERE account_id = ? LIMIT 1")
    .pluck();
  /** What is known of rooms, encrypted or not: it is asked for with everything that is sent. */
  const known = new Map<string, object | undefined>();
  const put = db.prepare("INSERT OR REPLACE INTO encrypted_room VALUES (?, ?, ?)");
  return {
    /** `undefined` for a room of which it is not known. */
    get(accountId: string, roomId: string): object | undefined {
      const key = `${accountId} ${roomId}`;
      if (known.has(key)) return known.get(key);
      const row = get.get(accountId, roomId);
      const settings = row && (JSON.parse(row.settings) as object);
      if (known.size >= KNOWN) known.clear();
      known.set(key, settings);
      return settings;
    },
    /** Whether the account is known to be, or to have been, in any. */
    hasAny: (accountId: string): boolean => one.get(accountId) !== undefined,
    set(accountId: string, roomId: string, settings: object) {
      put.run(accountId, roomId, JSON.stringify(settings));
      known.set(`${accountId} ${roomId}`, settings);
    },
  };
}
