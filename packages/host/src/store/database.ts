import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../errors.ts";

export type Db = Database.Database;

/** What of the file is kept in memory: better-sqlite3 is built to keep 16 MB of each. */
const CACHE_KIB = 4_096;

/**
 * Opens the registry and brings it to the newest version, all migrations in one transaction; how it was before is kept
 * beside it, for an older version to go on with.
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
    if (current > newest) throw newer(db, file, current, newest);
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

/** Copies the registry as it is to `rookery.db.schema-<n>`, whole and on the disk before it has that name. */
function keepCopy(db: Db, file: string, schema: number): void {
  const copy = `${file}.schema-${schema}`;
  const part = `${copy}.part`;
  rmSync(part, { force: true });
  db.prepare("VACUUM INTO ?").run(part);
  chmodSync(part, 0o600);
  const written = openSync(part, "r+");
  fsyncSync(written);
  closeSync(written);
  renameSync(part, copy);
}

/** What was kept of it before it was brought to a newer schema. */
function copiesOf(file: string): { path: string; schema: number }[] {
  return readdirSync(dirname(file)).flatMap((name) => {
    const end = name.startsWith(`${basename(file)}.schema-`)
      ? name.slice(`${basename(file)}.schema-`.length)
      : "";
    return /^\d+$/.test(end) ? [{ path: join(dirname(file), name), schema: Number(end) }] : [];
  });
}

function newer(db: Db, file: string, schema: number, known: number): AppError {
  const version = writtenBy(db);
  const by = version === null ? "" : ` ${version}`;
  const copy = copiesOf(file).find((each) => each.schema <= known);
  const back =
    copy === undefined
      ? "restore the backup from before the upgrade"
      : `put ${copy.path} in its place, which is how it was before the upgrade (docs/operating.md, Upgrade Rookery, and go back)`;
  const text = `${file} was written by a newer Rookery${by} (schema ${schema}; this one knows ${known}). Start the newer version, or ${back}. Nothing was changed.`;
  return new AppError("DATABASE_NEWER", text);
}

/** The setting in which a host notes its version. */
export const WRITTEN_BY = "rookery-version";

/** Which version of Rookery wrote it last; of a newer one nothing else is read. */
function writtenBy(db: Db): string | null {
  try {
    const found = db.prepare("SELECT value FROM setting WHERE key = ?").pluck().get(WRITTEN_BY);
    return typeof found === "string" ? found : null;
  } catch {
    // It may have no such table any more.
    return null;
  }
}

function migrate(db: Db, file: string, folder: string): void {
  const files = migrationsIn(folder);
  const newest = files.length;
  const current = db.pragma("user_version", { simple: true }) as number;
  if (current > newest) {
    throw newer(db, file, current, newest);
  }
  if (current === newest) return;
  const isKept = current > 0 && file !== ":memory:";
  if (isKept) keepCopy(db, file, current);
  db.transaction(() => {
    for (const name of files.slice(current)) db.exec(readFileSync(join(folder, name), "utf8"));
    db.pragma(`user_version = ${newest}`);
  }).immediate();
  if (!isKept) return;
  for (const copy of copiesOf(file)) if (copy.schema !== current) rmSync(copy.path);
}
