import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

/** The three keys of an account's cross-signing identity. */
export const USAGES = ["master", "self_signing", "user_signing"] as const;
export type Usage = (typeof USAGES)[number];

export type DeviceKeyStore = ReturnType<typeof createDeviceKeyStore>;

/** The public keys of devices and of accounts, as their clients have signed them. */
export function createDeviceKeyStore(database: Database) {
  const deviceKeys = database.prepare<[number], { keys: string }>(
    "SELECT keys FROM device_keys WHERE device_key = ?",
  );
  const putDeviceKeys = database.prepare("INSERT OR REPLACE INTO device_keys VALUES (?, ?)");
  const removeDeviceKeys = database.prepare("DELETE FROM device_keys WHERE device_key = ?");
  const identityKey = database.prepare<[string, string], { key: string }>(
    "SELECT key FROM cross_signing_keys WHERE user_id = ? AND usage = ?",
  );
  const putIdentityKey = database.prepare("INSERT OR REPLACE INTO cross_signing_keys VALUES (?, ?, ?)");

  return {
    ofDevice(deviceKey: number): JsonObject | undefined {
      const row = deviceKeys.get(deviceKey);
      return row && (JSON.parse(row.keys) as JsonObject);
    },
    putOfDevice(deviceKey: number, keys: JsonObject): void {
      database.begin();
      putDeviceKeys.run(deviceKey, JSON.stringify(keys));
    },
    /** Forgets a device's keys. Returns whether it had any. */
    removeOfDevice(deviceKey: number): boolean {
      database.begin();
      return removeDeviceKeys.run(deviceKey).changes > 0;
    },
    ofIdentity(userId: string, usage: Usage): JsonObject | undefined {
      const row = identityKey.get(userId, usage);
      return row && (JSON.parse(row.key) as JsonObject);
    },
    putOfIdentity(userId: string, usage: Usage, key: JsonObject): void {
      database.begin();
      putIdentityKey.run(userId, usage, JSON.stringify(key));
    },
  };
}
