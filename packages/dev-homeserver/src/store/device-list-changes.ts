import type { Database } from "./database.ts";

export type DeviceListChangeStore = ReturnType<typeof createDeviceListChangeStore>;

/** When the devices or the identity of each user changed last. */
export function createDeviceListChangeStore(database: Database) {
  const put = database.prepare("INSERT OR REPLACE INTO device_list_changes VALUES (?, ?)");
  const all = database.prepare<[], { user_id: string; position: number }>(
    "SELECT * FROM device_list_changes",
  );
  const last = new Map(all.all().map((row) => [row.user_id, row.position]));

  return {
    put(userId: string, position: number): void {
      database.begin();
      put.run(userId, position);
      last.set(userId, position);
    },
    /** Of all users who ever had keys. */
    last: last as ReadonlyMap<string, number>,
  };
}
