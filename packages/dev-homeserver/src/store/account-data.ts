import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

export interface AccountData {
  /** Undefined for global account data. */
  readonly roomId: string | undefined;
  readonly type: string;
  readonly content: JsonObject;
}

export type AccountDataStore = ReturnType<typeof createAccountDataStore>;

/** What clients keep on the server for a user, globally or for a room (tags are `m.tag` of a room). */
export function createAccountDataStore(database: Database) {
  const get = database.prepare<[string, string, string], { content: string }>(
    "SELECT content FROM account_data WHERE user_id = ? AND room_id = ? AND type = ?",
  );
  const put = database.prepare("INSERT OR REPLACE INTO account_data VALUES (?, ?, ?, ?, ?)");
  const since = database.prepare<[string, number], { room_id: string; type: string; content: string }>(
    "SELECT room_id, type, content FROM account_data WHERE user_id = ? AND position > ? ORDER BY position",
  );
  const lastPositions = database.prepare<[], { user_id: string; position: number }>(
    "SELECT user_id, max(position) AS position FROM account_data GROUP BY user_id",
  );
  const last = new Map(lastPositions.all().map((row) => [row.user_id, row.position]));

  return {
    get(userId: string, type: string, roomId = ""): JsonObject | undefined {
      const row = get.get(userId, roomId, type);
      return row && (JSON.parse(row.content) as JsonObject);
    },
    put(userId: string, type: string, content: JsonObject, position: number, roomId = ""): void {
      database.begin();
      put.run(userId, roomId, type, JSON.stringify(content), position);
      last.set(userId, position);
    },
    /** What changed after a position, oldest first. */
    since(userId: string, position: number): AccountData[] {
      if ((last.get(userId) ?? 0) <= position) return [];
      return since.all(userId, position).map((row) => ({
        roomId: row.room_id === "" ? undefined : row.room_id,
        type: row.type,
        content: JSON.parse(row.content) as JsonObject,
      }));
    },
  };
}
