import type { Manifest } from "@rookery/plugin-sdk/manifest";
import type { Subscriptions } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";
import type { PluginRow } from "./plugins.ts";

/** What a version is beside the installed one; `migrations/004-upgrades.sql` says what each means. */
export type VersionRole = "waiting" | "replaced" | "previous" | "rolled-back";

/** How an instance was set up under a version. */
export interface KeptInstance {
  id: string;
  config: Record<string, unknown>;
  subscriptions: Subscriptions | null;
  /** It ran, so the next version must run it too. */
  ran: boolean;
}

/** A version of a plugin that is not the installed one. */
export interface PluginVersion extends Omit<PluginRow, "granted" | "refused"> {
  role: VersionRole;
  /** When it came into this role, in milliseconds since 1970. */
  at: number;
  instances: KeptInstance[];
  /** Of `rolled-back`: why. Of `replaced`: why it is being put back; `null` while all is well. */
  reason: string | null;
  /** How often the host started while the version after it was watched. */
  starts: number;
}

interface Row {
  plugin_id: string;
  role: VersionRole;
  version: string;
  sha256: string;
  size: number;
  manifest: string;
  installed_at: number;
  at: number;
  instances: string;
  reason: string | null;
  starts: number;
}

export type PluginVersionStore = ReturnType<typeof createPluginVersionStore>;

export function createPluginVersionStore(db: Db) {
  const all = db.prepare<[], Row>("SELECT * FROM plugin_version ORDER BY plugin_id, role");
  const byRole = db.prepare<[string, VersionRole], Row>(
    "SELECT * FROM plugin_version WHERE plugin_id = ? AND role = ?",
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO plugin_version
       (plugin_id, role, version, sha256, size, manifest, installed_at, at, instances, reason, starts)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare("DELETE FROM plugin_version WHERE plugin_id = ? AND role = ?");

  const toVersion = (row: Row): PluginVersion => ({
    id: row.plugin_id,
    role: row.role,
    version: row.version,
    sha256: row.sha256,
    size: row.size,
    manifest: JSON.parse(row.manifest) as Manifest,
    installedAt: row.installed_at,
    at: row.at,
    instances: JSON.parse(row.instances) as KeptInstance[],
    reason: row.reason,
    starts: row.starts,
  });

  return {
    list: () => all.all().map(toVersion),
    get(pluginId: string, role: VersionRole) {
      const row = byRole.get(pluginId, role);
      return row && toVersion(row);
    },
    /** Takes the place of what was in this role. */
    put({ id, role, version, sha256, size, manifest, installedAt, ...more }: PluginVersion) {
      const { at, instances, reason, starts } = more;
      const what = [id, role, version, sha256, size, JSON.stringify(manifest), installedAt];
      put.run(...what, at, JSON.stringify(instances), reason, starts);
    },
    remove: (pluginId: string, role: VersionRole) => void remove.run(pluginId, role),
  };
}
