import type { Manifest, Permissions } from "@rookery/plugin-sdk/manifest";
import type { Db } from "./database.ts";

/** An installed plugin; its bundle lies in `bundles/<sha256>.mbp`. */
export interface PluginRow {
  id: string;
  version: string;
  sha256: string;
  size: number;
  manifest: Manifest;
  granted: Permissions;
  /** What it asks for and goes on without. */
  refused: Permissions;
  installedAt: number;
}

interface Row {
  id: string;
  version: string;
  sha256: string;
  size: number;
  manifest: string;
  granted: string;
  refused: string;
  installed_at: number;
}

export type PluginStore = ReturnType<typeof createPluginStore>;

export function createPluginStore(db: Db) {
  const all = db.prepare<[], Row>("SELECT * FROM plugin ORDER BY id");
  const byId = db.prepare<[string], Row>("SELECT * FROM plugin WHERE id = ?");
  const put = db.prepare(
    `INSERT INTO plugin (id, version, sha256, size, manifest, granted, refused, installed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, size = excluded.size,
       manifest = excluded.manifest, granted = excluded.granted, refused = excluded.refused, installed_at = excluded.installed_at`,
  );
  const remove = db.prepare("DELETE FROM plugin WHERE id = ?");

  const toPlugin = (row: Row): PluginRow => ({
    id: row.id,
    version: row.version,
    sha256: row.sha256,
    size: row.size,
    manifest: JSON.parse(row.manifest) as Manifest,
    granted: JSON.parse(row.granted) as Permissions,
    refused: JSON.parse(row.refused) as Permissions,
    installedAt: row.installed_at,
  });

  return {
    list: () => all.all().map(toPlugin),
    get(id: string) {
      const row = byId.get(id);
      return row && toPlugin(row);
    },
    put({ manifest, granted, refused = {}, ...row }: Omit<PluginRow, "refused"> & Partial<PluginRow>) {
      const { id, version, sha256, size, installedAt } = row;
      const [manifestJson, grantedJson, refusedJson] = [manifest, granted, refused].map((each) =>
        JSON.stringify(each),
      );
      put.run(id, version, sha256, size, manifestJson, grantedJson, refusedJson, installedAt);
    },
    remove: (id: string) => void remove.run(id),
  };
}
