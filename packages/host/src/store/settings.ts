import type { Db } from "./database.ts";

export type SettingStore = ReturnType<typeof createSettingStore>;

/** Single values that the host keeps for itself. */
export function createSettingStore(db: Db) {
  const get = db.prepare<[string], { value: string }>("SELECT value FROM setting WHERE key = ?");
  const put = db.prepare(
    "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    get: (key: string) => get.get(key)?.value,
    set: (key: string, value: string): void => void put.run(key, value),
  };
}
