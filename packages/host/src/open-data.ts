import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Assets } from "./assets.ts";
import type { Config } from "./config/config.ts";
import { loadSecretKey } from "./config/secret-key.ts";
import { AppError } from "./errors.ts";
import type { BundleStore } from "./store/bundles.ts";
import { createBundleStore } from "./store/bundles.ts";
import { openDatabase, WRITTEN_BY } from "./store/database.ts";
import type { InboxBoundOptions } from "./store/inbox-bound.ts";
import { createStore, type Store } from "./store/index.ts";
import { lockDataDirectory } from "./store/lock.ts";
import type { SecretBox } from "./store/secret-box.ts";
import { createSecretBox } from "./store/secret-box.ts";
import { stagedFor } from "./store/staged-restore.ts";
import { whyUnwritable } from "./store/unwritable.ts";
import { VERSION } from "./version.ts";

/** What lies in the data directory. */
export interface Data {
  /** Of the installation: what `box` seals with. */
  key: Buffer;
  box: SecretBox;
  store: Store;
  bundles: BundleStore;
}

/** Opens all that lies in the data directory. @throws AppError `DATA_UNWRITABLE`, `DATA_LOCKED`, `DATABASE_NEWER` */
export function openData(
  { dataDir, secretKeyFile, limits }: Config,
  assets: Assets,
  started: AsyncDisposableStack,
  bounds: InboxBoundOptions,
): Data {
  try {
    refuseHalfRestored(dataDir);
    makeDirectory(dataDir);
    started.defer(lockDataDirectory(dataDir).release);
    const key = loadSecretKey(dataDir, secretKeyFile);
    const box = createSecretBox(key);
    const db = openDatabase(join(dataDir, "rookery.db"), assets.migrations);
    const store = createStore(db, box, { ...bounds, entries: limits.inboxEntries });
    started.defer(store.close);
    // For an older version to name, if one is started later.
    store.settings.set(WRITTEN_BY, VERSION);
    return { key, box, store, bundles: createBundleStore(join(dataDir, "bundles")) };
  } catch (cause) {
    const why = whyUnwritable(cause);
    if (cause instanceof AppError || why === null) throw cause;
    const text = `Rookery cannot write to its data directory ${dataDir}: ${why}. Nothing was changed.`;
    throw new AppError("DATA_UNWRITABLE", text, { cause });
  }
}

/** A restoring that was cut off between its renames leaves no directory, and an empty one would look like a lost one. */
function refuseHalfRestored(dataDir: string): void {
  if (existsSync(join(dataDir, "rookery.db")) || !existsSync(stagedFor(dataDir))) return;
  const text = `A "rookery restore" into ${dataDir} was cut off. Run it again; or remove ${stagedFor(dataDir)}, after moving ${dataDir}.before-… back if there is one.`;
  throw new AppError("RESTORE_UNFINISHED", text);
}

/** Only the last step is not recursive: a recursive mkdir reports a read-only file system as ENOENT. */
function makeDirectory(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
}
