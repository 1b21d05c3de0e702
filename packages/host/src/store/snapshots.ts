import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";

/** Copies of instances' databases as they were under a version of their plugin, by the version's SHA-256. */
export interface SnapshotStore {
  /** Copies the databases of instances; it is there as a whole or not at all. */
  take(pluginId: string, sha256: string, instanceIds: readonly string[]): Promise<void>;
  /**
   * Makes the instances' databases what they were. None may be open. Begun again after an
   * interruption, it comes to the same end.
   *
   * @throws Error where there is no such snapshot; nothing was changed then
   */
  restore(pluginId: string, sha256: string, instanceIds: readonly string[]): Promise<void>;
  /** Removes all snapshots of a plugin but one, or all. */
  keepOnly(pluginId: string, sha256?: string): Promise<void>;
  /** Removes what no plugin is known to need. */
  sweep(needed: ReadonlyMap<string, string>): Promise<void>;
}

const isDatabase = (name: string) => name.endsWith(".db");
const BESIDE = ["-wal", "-shm", "-journal"];

/**
 * @param folder `<folder>/<plugin>/<SHA-256>/<instance>/*.db`
 * @param directoryOf an instance's own directory, whose databases lie side by side in it
 */
export function createSnapshotStore(folder: string, directoryOf: (id: string) => string): SnapshotStore {
  const at = (pluginId: string, sha256: string) => join(folder, pluginId, sha256);

  async function keepOnly(pluginId: string, sha256?: string): Promise<void> {
    const kept = sha256 === undefined ? undefined : at(pluginId, sha256);
    for (const name of namesIn(join(folder, pluginId))) {
      const path = join(folder, pluginId, name);
      if (path !== kept) await rm(path, { recursive: true, force: true });
    }
    if (kept === undefined) await rm(join(folder, pluginId), { recursive: true, force: true });
  }

  return {
    keepOnly,

    async take(pluginId, sha256, instanceIds) {
      const whole = at(pluginId, sha256);
      const part = `${whole}.part`;
      for (const path of [whole, part]) await rm(path, { recursive: true, force: true });
      mkdirSync(part, { recursive: true, mode: 0o700 });
      for (const id of instanceIds) {
        mkdirSync(join(part, id), { mode: 0o700 });
        for (const name of namesIn(directoryOf(id)).filter(isDatabase)) {
          await copyDatabase(join(directoryOf(id), name), join(part, id, name));
        }
      }
      await rename(part, whole);
    },

    async restore(pluginId, sha256, instanceIds) {
      const snapshot = at(pluginId, sha256);
      await readdir(snapshot);
      for (const id of instanceIds) {
        const directory = directoryOf(id);
        for (const name of namesIn(directory).filter(isDatabase)) {
          for (const file of [name, ...BESIDE.map((end) => name + end)]) {
            await rm(join(directory, file), { force: true });
          }
        }
        for (const name of namesIn(join(snapshot, id))) {
          await mkdir(directory, { recursive: true, mode: 0o700 });
          await copyToDisk(join(snapshot, id, name), join(directory, name));
        }
      }
    },

    async sweep(needed) {
      for (const pluginId of namesIn(folder)) await keepOnly(pluginId, needed.get(pluginId));
    },
  };
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/** As it is now, with what is still in its write-ahead log, whoever left it there. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const db = new Database(from, { fileMustExist: true });
  try {
    // What is read in one transaction does not begin anew where somebody writes.
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    await db.backup(to);
  } finally {
    db.close();
  }
  chmodSync(to, 0o600);
}

/** The snapshot is removed soon after: what it was copied to must be on the disk by then. */
async function copyToDisk(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const file = await open(to, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
