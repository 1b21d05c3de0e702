import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Assets } from "./assets.ts";
import { readBundle } from "./bundle/index.ts";
import type { Config } from "./config/config.ts";
import { loadSecretKey } from "./config/secret-key.ts";
import type { Difference } from "./services/declared/difference.ts";
import { differencesFrom } from "./services/declared/plan.ts";
import { openDatabase, readDatabase } from "./store/database.ts";
import { createStore } from "./store/index.ts";
import { createSecretBox } from "./store/secret-box.ts";
import { VERSION } from "./version.ts";

export { findAssets } from "./assets.ts";
export { type Configured, loadConfiguration } from "./config/load.ts";
export { configSchema } from "./config/schema.ts";
export { type Difference, pathOf } from "./services/declared/difference.ts";

/**
 * How what lies in a configuration's data directory differs from what it declares, whether a host runs there or not.
 * Nothing is changed.
 *
 * @throws AppError `DATABASE_OLDER` where this version has yet to be started, `DATABASE_NEWER`, `SECRET_UNREADABLE`
 */
export async function compareDeclared(config: Config, assets: Assets): Promise<Difference[]> {
  const file = join(config.dataDir, "rookery.db");
  return existsSync(file)
    ? compareWith(
        config,
        readDatabase(file, assets.migrations),
        loadSecretKey(config.dataDir, config.secretKeyFile),
      )
    : checkDeclared(config, assets);
}

/** What it would do to an empty data directory: each entry with what is wrong with it in itself. */
export async function checkDeclared(config: Config, { migrations }: Assets): Promise<Difference[]> {
  return compareWith(config, openDatabase(":memory:", migrations), randomBytes(32));
}

/** Whether what is declared fits together, as far as the file alone says. */
export function checkReferences({ instances, accounts }: Config): Difference[] {
  return Object.entries(instances).flatMap(([name, { account }]): Difference[] => {
    if (account.startsWith("@") || account in accounts) return [];
    const problem = `There is no account ${account}. Declare it under accounts, or name a user ID that is logged in there.`;
    return [{ kind: "instance", name, entry: `instances.${name}`, action: "none", changes: [], problem }];
  });
}

async function compareWith(
  config: Config,
  db: ReturnType<typeof openDatabase>,
  secretKey: Buffer,
): Promise<Difference[]> {
  try {
    return await differencesFrom(config, {
      ...{ store: createStore(db, createSecretBox(secretKey)), secretKey },
      read: (bytes) => readBundle(bytes, { hostVersion: VERSION }),
      isBlocked: () => false,
    });
  } finally {
    db.close();
  }
}
