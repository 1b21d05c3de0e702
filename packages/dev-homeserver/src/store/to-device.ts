import type { JsonObject } from "../json.ts";
import type { Database } from "./database.ts";

export interface ToDeviceMessage {
  readonly sender: string;
  readonly type: string;
  readonly content: JsonObject;
}

export type ToDeviceStore = ReturnType<typeof createToDeviceStore>;

/** Messages to single devices, kept until a `/sync` shows that they have arrived. */
export function createToDeviceStore(database: Database) {
  const add = database.prepare("INSERT INTO to_device VALUES (?, ?, ?, ?, ?)");
  const once = database.prepare("INSERT OR IGNORE INTO to_device_transactions VALUES (?, ?)");
  const pending = database.prepare<[number], { sender: string; type: string; content: string }>(
    "SELECT sender, type, content FROM to_device WHERE device_key = ? ORDER BY position",
  );
  const remove = database.prepare("DELETE FROM to_device WHERE device_key = ? AND position <= ?");
  const waiting = database.prepare<[], { device_key: number; count: number }>(
    "SELECT device_key, count(*) AS count FROM to_device GROUP BY device_key",
  );
  /** How many messages wait per device, so that a sync of a device without any asks nothing of SQLite. */
  const counts = new Map(waiting.all().map((row) => [row.device_key, row.count]));

  return {
    /** Whether a device uses this transaction ID for the first time. */
    isFirst(deviceKey: number, transactionId: string): boolean {
      database.begin();
      return once.run(deviceKey, transactionId).changes === 1;
    },
    add(position: number, deviceKey: number, message: ToDeviceMessage): void {
      database.begin();
      add.run(position, deviceKey, message.sender, message.type, JSON.stringify(message.content));
      counts.set(deviceKey, (counts.get(deviceKey) ?? 0) + 1);
    },
    /** Forgets what the device has acknowledged by syncing from `since`. */
    acknowledge(deviceKey: number, since: number): void {
      const count = counts.get(deviceKey) ?? 0;
      if (count === 0) return;
      database.begin();
      counts.set(deviceKey, count - remove.run(deviceKey, since).changes);
    },
    /** All that waits for a device, oldest first. */
    pending(deviceKey: number): ToDeviceMessage[] {
      if ((counts.get(deviceKey) ?? 0) === 0) return [];
      return pending.all(deviceKey).map(({ sender, type, content }) => ({
        sender,
        type,
        content: JSON.parse(content) as JsonObject,
      }));
    },
  };
}
