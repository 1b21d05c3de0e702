import type { Permissions } from "@rookery/plugin-sdk/manifest";
import type { Subscriptions } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";

/** What the operator wants of an instance. What is observed lives in the supervisor. */
export interface InstanceRow {
  id: string;
  pluginId: string;
  accountId: string;
  config: Record<string, unknown>;
  enabled: boolean;
  /** Instead of the plugin's own catch-up age. */
  catchUpSeconds: number | null;
  /** What its plugin is granted and it does not get. */
  withheld: Permissions;
  /** The rooms in which it may act; `null` for all of its account's. */
  rooms: string[] | null;
  /** What it wanted when it last ran. */
  subscriptions: Subscriptions | null;
  createdAt: number;
}

interface Row {
  id: string;
  plugin_id: string;
  account_id: string;
  config: string;
  enabled: number;
  subscriptions: string | null;
  catch_up_seconds: number | null;
  withheld: string;
  rooms: string | null;
  created_at: number;
}

export type InstanceStore = ReturnType<typeof createInstanceStore>;

export function createInstanceStore(db: Db) {
  const all = db.prepare<[], Row>("SELECT * FROM instance ORDER BY created_at, id");
  const byId = db.prepare<[string], Row>("SELECT * FROM instance WHERE id = ?");
  const insert = db.prepare(
    "INSERT INTO instance (id, plugin_id, account_id, config, enabled, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const setConfig = db.prepare("UPDATE instance SET config = ? WHERE id = ?");
  const setEnabled = db.prepare("UPDATE instance SET enabled = ? WHERE id = ?");
  const setCatchUp = db.prepare("UPDATE instance SET catch_up_seconds = ? WHERE id = ?");
  const setSubscriptions = db.prepare("UPDATE instance SET subscriptions = ? WHERE id = ?");
  const setWithheld = db.prepare("UPDATE instance SET withheld = ? WHERE id = ?");
  const setRooms = db.prepare("UPDATE instance SET rooms = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM instance WHERE id = ?");

  const toInstance = (row: Row): InstanceRow => ({
    id: row.id,
    pluginId: row.plugin_id,
    accountId: row.account_id,
    config: JSON.parse(row.config) as Record<string, unknown>,
    enabled: row.enabled === 1,
    catchUpSeconds: row.catch_up_seconds,
    withheld: JSON.parse(row.withheld) as Permissions,
    rooms: row.rooms === null ? null : (JSON.parse(row.rooms) as string[]),
    subscriptions: row.subscriptions === null ? null : readSubscriptions(row.subscriptions),
    createdAt: row.created_at,
  });

  return {
    list: () => all.all().map(toInstance),
    get(id: string) {
      const row = byId.get(id);
      return row && toInstance(row);
    },
    insert({
      id,
      pluginId,
      accountId,
      config,
      enabled,
      createdAt,
    }: Omit<InstanceRow, "subscriptions" | "catchUpSeconds" | "withheld" | "rooms">) {
      insert.run(id, pluginId, accountId, JSON.stringify(config), enabled ? 1 : 0, createdAt);
    },
    setConfig: (id: string, config: Record<string, unknown>) =>
      void setConfig.run(JSON.stringify(config), id),
    setEnabled: (id: string, enabled: boolean) => void setEnabled.run(enabled ? 1 : 0, id),
    setCatchUp: (id: string, seconds: number | null) => void setCatchUp.run(seconds, id),
    setSubscriptions: (id: string, subscriptions: Subscriptions | null) =>
      void setSubscriptions.run(subscriptions && JSON.stringify(subscriptions), id),
    setWithheld: (id: string, withheld: Permissions) => void setWithheld.run(JSON.stringify(withheld), id),
    setRooms: (id: string, rooms: readonly string[] | null) =>
      void setRooms.run(rooms && JSON.stringify(rooms), id),
    remove: (id: string) => void remove.run(id),
  };
}

/** What was written before there were schedules has none. */
function readSubscriptions(json: string): Subscriptions {
  return { schedules: [], ...(JSON.parse(json) as Omit<Subscriptions, "schedules">) };
}
