import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

export type FilterStore = ReturnType<typeof createFilterStore>;

/** The `/sync` filters that clients have uploaded. */
export function createFilterStore(database: Database) {
  const add = database.prepare<[string, string], { filter_id: number }>(
    "INSERT INTO filters (user_id, filter) VALUES (?, ?) RETURNING filter_id",
  );
  const same = database.prepare<[string, string], { filter_id: number }>(
    "SELECT filter_id FROM filters WHERE user_id = ? AND filter = ?",
  );
  const get = database.prepare<[string, string], { filter: string }>(
    "SELECT filter FROM filters WHERE user_id = ? AND filter_id = ?",
  );

  return {
    /** Stores a filter and returns its ID; the same filter keeps its ID. */
    add(userId: string, filter: JsonObject): string {
      const text = JSON.stringify(filter);
      const known = same.get(userId, text);
      if (known) return String(known.filter_id);
      database.begin();
      const row = add.get(userId, text);
      if (!row) throw new Error(`the filter of ${userId} was not stored`);
      return String(row.filter_id);
    },
    get(userId: string, filterId: string): JsonObject | undefined {
      const row = get.get(userId, filterId);
      return row && (JSON.parse(row.filter) as JsonObject);
    },
  };
}
