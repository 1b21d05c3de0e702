import type { Db } from "./database.ts";

/** How often a part of a permission was used within an hour. */
export interface PermissionUse {
  instanceId: string;
  permission: string;
  /** `""` for a permission that is granted as a whole. */
  value: string;
  /** Hours since 1970. */
  hour: number;
  count: number;
  lastAt: number;
}

export interface UseSummary {
  permission: string;
  value: string;
  /** Within the hours that were asked for. */
  count: number;
  lastAt: number;
}

export type PermissionUseStore = ReturnType<typeof createPermissionUseStore>;

export function createPermissionUseStore(db: Db) {
  // An instance that was deleted meanwhile has nothing to be noted of.
  const add = db.prepare(
    `INSERT INTO permission_use (instance_id, permission, value, hour, count, last_at)
     SELECT ?, ?, ?, ?, ?, ? FROM instance WHERE id = ?
     ON CONFLICT (instance_id, permission, value, hour)
     DO UPDATE SET count = count + excluded.count, last_at = excluded.last_at`,
  );
  const forget = db.prepare(
    `DELETE FROM permission_use AS old WHERE hour < ? AND EXISTS (
       SELECT 1 FROM permission_use AS newer
       WHERE newer.instance_id = old.instance_id AND newer.permission = old.permission
         AND newer.value = old.value AND newer.hour > old.hour)`,
  );
  const summary = db.prepare<[number, string], UseSummary>(
    `SELECT permission, value, sum(CASE WHEN hour >= ? THEN count ELSE 0 END) AS count, max(last_at) AS lastAt
     FROM permission_use WHERE instance_id = ? GROUP BY permission, value`,
  );

  const ofPlugin = db.prepare<[number, string], UseSummary>(
    `SELECT permission, value, sum(CASE WHEN hour >= ? THEN count ELSE 0 END) AS count, max(last_at) AS lastAt
     FROM permission_use JOIN instance ON instance.id = instance_id
     WHERE plugin_id = ? GROUP BY permission, value`,
  );

  return {
    add: db.transaction((uses: readonly PermissionUse[]) => {
      for (const { instanceId, permission, value, hour, count, lastAt } of uses)
        add.run(instanceId, permission, value, hour, count, lastAt, instanceId);
    }).immediate,
    /** Forgets the hours before one, but for the last in which each part was used. */
    forget: (beforeHour: number) => void forget.run(beforeHour),
    of: (instanceId: string, sinceHour: number): UseSummary[] => summary.all(sinceHour, instanceId),
    ofPlugin: (pluginId: string, sinceHour: number): UseSummary[] => ofPlugin.all(sinceHour, pluginId),
  };
}
