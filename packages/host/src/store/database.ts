import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../errors.ts";

export type Db = Database.Database;

/** What of the file is kept in memory: better-sqlite3 is built to keep 16 MB of each. */
const CACHE_KIB = 4_096;

/**
 * Opens the registry and brings it to the newest version, all migrations in one transaction.
 *
 * `synchronous=NORMAL` is enough for guarantee 1: a killed process loses nothing, and after a power
 * cut the inbox and the sync token fall back together, so the homeserver sends the rest again
 * (docs/decisions/0004).
 *
 * @param file path, or `:memory:` in tests
 * @param migrations folder of `NNN-what-for.sql`
 * @throws AppError `DATABASE_NEWER`; the file is left as it was
 */
export function openDatabase(file: string, migrations: string): Db {
  const db = new Database(file);
  if (file !== ":memory:") chmodSync(file, 0o600);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.pragma("foreign_keys = ON");
  db.pragma(`cache_size = -${CACHE_KIB}`);
  try {
    migrate(db, file, migrations);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * Opens a registry as it is, to look into, beside a host that may run.
 *
 * @throws AppError `DATABASE_NEWER`, `DATABASE_OLDER`
 */
export function readDatabase(file: string, migrations: string): Db {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const current = db.pragma("user_version", { simple: true }) as number;
    const newest = migrationsIn(migrations).length;
    if (current > newest) throw newer(file, current, newest);
    if (current < newest) {
      const text = `${file} is of an older Rookery (schema ${current}; this one has ${newest}). Start this version once.`;
      throw new AppError("DATABASE_OLDER", text);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The migrations in their order. There are as many as the newest schema's number says. */
export function migrationsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{3}-.*\.sql$/.test(name))
    .sort();
}

function newer(file: string, schema: number, known: number): AppError {
  return new AppError(
    "DATABASE_NEWER",
    `${file} was written by a newer Rookery (schema ${schema}; this one knows ${known}). Start the newer version, or restore the backup from before the upgrade. Nothing was changed.`,
  );
}

function migrate(db: Db, file: string, folder: string): void {
  const files = migrationsIn(folder);
  const newest = files.length;
  const current = db.pragma("user_version", { simple: true }) as number;
  if (current > newest) {
    throw newer(file, current, newest);
  }
  if (current === newest) return;
  db.transaction(() => {
    for (const name of files.slice(current)) db.exec(readFileSync(join(folder, name), "utf8"));
    db.pragma(`user_version = ${newest}`);
  }).immediate();
}
