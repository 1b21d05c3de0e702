import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

/** A key that is to be used once: a signed object, or the bare key of an older algorithm. */
export type OneTimeKey = JsonObject | string;

interface KeyRow {
  key_id: string;
  key: string;
}

export type OneTimeKeyStore = ReturnType<typeof createOneTimeKeyStore>;

/** Keys with which others begin a conversation with a device: each once, and a fallback for when there are none left. */
export function createOneTimeKeyStore(database: Database) {
  const known = database.prepare<[number, string, string], KeyRow>(
    "SELECT key_id, key FROM one_time_keys WHERE device_key = ? AND algorithm = ? AND key_id = ?",
  );
  const add = database.prepare(
    "INSERT INTO one_time_keys (device_key, algorithm, key_id, key) VALUES (?, ?, ?, ?)",
  );
  const take = database.prepare<[number, string], KeyRow>(
    `DELETE FROM one_time_keys WHERE number =
       (SELECT min(number) FROM one_time_keys WHERE device_key = ? AND algorithm = ?) RETURNING key_id, key`,
  );
  const counted = database.prepare<[], { device_key: number; algorithm: string; count: number }>(
    "SELECT device_key, algorithm, count(*) AS count FROM one_time_keys GROUP BY device_key, algorithm",
  );
  const removeAll = database.prepare("DELETE FROM one_time_keys WHERE device_key = ?");
  const putFallback = database.prepare("INSERT OR REPLACE INTO fallback_keys VALUES (?, ?, ?, ?, 0)");
  const useFallback = database.prepare<[number, string], KeyRow>(
    "UPDATE fallback_keys SET used = 1 WHERE device_key = ? AND algorithm = ? RETURNING key_id, key",
  );
  const fallbacks = database.prepare<[], { device_key: number; algorithm: string; used: number }>(
    "SELECT device_key, algorithm, used FROM fallback_keys",
  );
  const removeFallbacks = database.prepare("DELETE FROM fallback_keys WHERE device_key = ?");

  /** What every sync tells of a device, so that one of a device without keys asks nothing of SQLite. */
  const counts = new Map<number, Map<string, number>>();
  const unused = new Map<number, Set<string>>();
  const countsOf = (deviceKey: number) => valueIn(counts, deviceKey, () => new Map<string, number>());
  const unusedOf = (deviceKey: number) => valueIn(unused, deviceKey, () => new Set<string>());
  for (const row of counted.all()) countsOf(row.device_key).set(row.algorithm, row.count);
  for (const row of fallbacks.all()) if (row.used === 0) unusedOf(row.device_key).add(row.algorithm);

  return {
    /** The key of this ID that waits to be handed out, if there is one. */
    find(deviceKey: number, algorithm: string, keyId: string): OneTimeKey | undefined {
      const row = known.get(deviceKey, algorithm, keyId);
      return row && (JSON.parse(row.key) as OneTimeKey);
    },
    add(deviceKey: number, algorithm: string, keyId: string, key: OneTimeKey): void {
      database.begin();
      add.run(deviceKey, algorithm, keyId, JSON.stringify(key));
      countsOf(deviceKey).set(algorithm, (counts.get(deviceKey)?.get(algorithm) ?? 0) + 1);
    },
    putFallback(deviceKey: number, algorithm: string, keyId: string, key: OneTimeKey): void {
      database.begin();
      putFallback.run(deviceKey, algorithm, keyId, JSON.stringify(key));
      unusedOf(deviceKey).add(algorithm);
    },
    /** Hands the oldest key out, which nobody else gets; or the fallback, which stays. */
    take(deviceKey: number, algorithm: string): { keyId: string; key: OneTimeKey } | undefined {
      database.begin();
      const left = counts.get(deviceKey)?.get(algorithm) ?? 0;
      if (left > 0) countsOf(deviceKey).set(algorithm, left - 1);
      else unused.get(deviceKey)?.delete(algorithm);
      const row = left > 0 ? take.get(deviceKey, algorithm) : useFallback.get(deviceKey, algorithm);
      return row && { keyId: row.key_id, key: JSON.parse(row.key) as OneTimeKey };
    },
    /** How many are left by algorithm; empty for a device that never had one. */
    counts: (deviceKey: number): Record<string, number> => Object.fromEntries(counts.get(deviceKey) ?? []),
    /** The algorithms whose fallback nobody has got yet; undefined for a device that has none. */
    unusedFallbacks(deviceKey: number): string[] | undefined {
      const algorithms = unused.get(deviceKey);
      return algorithms && [...algorithms];
    },
    removeOf(deviceKey: number): void {
      database.begin();
      removeAll.run(deviceKey);
      removeFallbacks.run(deviceKey);
      counts.delete(deviceKey);
      unused.delete(deviceKey);
    },
  };
}

function valueIn<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
