import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Assets } from "./assets.ts";
import type { Config } from "./config/config.ts";
import { loadSecretKey } from "./config/secret-key.ts";
import { AppError } from "./errors.ts";
import { type Db, openDatabase } from "./store/database.ts";
import { createStore, type Store } from "./store/index.ts";
import { lockDataDirectory } from "./store/lock.ts";
import { createSecretBox, type SecretBox } from "./store/secret-box.ts";

/** The registry of a host that does not run, for whoever may write to its data directory. */
export interface Offline {
  db: Db;
  box: SecretBox;
  store: Store;
  close(): void;
}

/** @throws AppError `NOT_FOUND` where there is no registry, `DATA_LOCKED` while a host runs, `DATABASE_NEWER` */
export function openOffline(config: Pick<Config, "dataDir" | "secretKeyFile">, assets: Assets): Offline {
  const { dataDir, secretKeyFile } = config;
  const file = join(dataDir, "rookery.db");
  if (!existsSync(file)) {
    const text = `There is no Rookery in ${dataDir}. Start it once, or name its configuration with --config.`;
    throw new AppError("NOT_FOUND", text);
  }
  const lock = lockDataDirectory(dataDir);
  try {
    const box = createSecretBox(loadSecretKey(dataDir, secretKeyFile));
    const db = openDatabase(file, assets.migrations);
    const store = createStore(db, box);
    return {
      ...{ db, box, store },
      close() {
        store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
