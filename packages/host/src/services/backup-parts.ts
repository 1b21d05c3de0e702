import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BackupWork } from "../backup/calls.ts";
import { keyFileText } from "../config/secret-key.ts";
import { AppError, reasonOf } from "../errors.ts";
import type { Databases } from "../runtime/databases.ts";
import type { Turns } from "../runtime/turns.ts";
import type { BundleStore } from "../store/bundles.ts";
import type { Store } from "../store/index.ts";
import { KEY, REGISTRY } from "./backup-file.ts";
import type { Upgrades } from "./upgrades.ts";

export interface BackupSources extends Pick<Store, "instances" | "plugins" | "versions"> {
  /** The registry's file. */
  registry: string;
  secretKey: Buffer;
  bundles: Pick<BundleStore, "copy">;
  upgrades: Pick<Upgrades, "bundlesOf">;
  databases: Pick<Databases, "copy">;
  /** By plugin. */
  turns: Turns;
  directoryOf: (instanceId: string) => string;
}

/**
 * Copies what a backup is made of into a folder, while the host goes on. First the registry, then the instances'
 * data: what an instance did in between is in its data and not acknowledged in the registry, as if the host had died
 * then, and it is delivered again. So that registry and data are of the same versions, no plugin is installed or upgraded
 * meanwhile.
 *
 * @returns the names of the parts in the folder, and the registry's schema
 */
export async function gatherBackup(
  sources: BackupSources,
  work: Pick<BackupWork, "copyRegistry" | "copyDatabase">,
  folder: string,
  withKey: boolean,
  signal: AbortSignal,
): Promise<{ names: string[]; schema: number }> {
  const { instances, plugins, bundles, upgrades, databases, turns, directoryOf } = sources;
  /** In the turns of all plugins at once; nobody else takes more than one. */
  function holding<T>([id, ...others]: string[], work: () => Promise<T>): Promise<T> {
    return id === undefined ? work() : turns.take(id, () => holding(others, work));
  }

  async function gather(ids: string[]): Promise<{ names: string[]; schema: number }> {
    checkSettled(sources);
    const rows = instances.list();
    const schema = await work.copyRegistry(sources.registry, join(folder, REGISTRY));
    const names = [REGISTRY];
    if (withKey) {
      await writeFile(join(folder, KEY), keyFileText(sources.secretKey), { mode: 0o600 });
      names.push(KEY);
    }
    await mkdir(join(folder, "bundles"), { mode: 0o700 });
    for (const sha256 of new Set(ids.flatMap((id) => [...upgrades.bundlesOf(id)]))) {
      const name = `bundles/${sha256}.mbp`;
      await bundles.copy(sha256, join(folder, name));
      names.push(name);
    }
    for (const { id } of rows) {
      signal.throwIfAborted();
      try {
        names.push(...(await copyInstance(id)));
      } catch (cause) {
        // Its data went with it; it is in the registry's copy only.
        if (!instances.get(id)) continue;
        throw new AppError("BACKUP_FAILED", `The data of ${id} could not be copied: ${reasonOf(cause)}`, {
          cause,
        });
      }
    }
    return { names, schema };
  }

  async function copyInstance(id: string): Promise<string[]> {
    const from = directoryOf(id);
    const part = join("instances", id);
    const to = join(folder, part);
    await mkdir(to, { recursive: true, mode: 0o700 });
    const names: string[] = [];
    if (await databases.copy(from, to)) names.push(`${part}/database.db`);
    if (existsSync(join(from, "store.db"))) {
      await work.copyDatabase(join(from, "store.db"), join(to, "store.db"));
      names.push(`${part}/store.db`);
    }
    return names;
  }

  for (;;) {
    const ids = plugins.list().map(({ id }) => id);
    // Another one may have come while the turns were waited for.
    const areAll = () => plugins.list().every(({ id }) => ids.includes(id));
    const gathered = await holding(ids, async () => (areAll() ? await gather(ids) : null));
    if (gathered) return gathered;
  }
}

/** While an old version is being put back, data of both may lie side by side. */
function checkSettled({ versions }: Pick<Store, "versions">): void {
  const back = versions.list().find(({ role, reason }) => role === "replaced" && reason !== null);
  if (!back) return;
  const text = `${back.id} is being put back to version ${back.version}, so its data are of no version now. Make a backup when that is done.`;
  throw new AppError("BACKUP_FAILED", text);
}
