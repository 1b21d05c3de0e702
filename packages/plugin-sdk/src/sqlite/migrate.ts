import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseAnswer } from "../protocol/database.ts";
import { toFailure } from "./failure.ts";
import { type Opened, openGuarded, versionOf } from "./open.ts";
import { type PluginDatabase, serveDatabase } from "./plugin-database.ts";

/** The migration of a host that was killed may still be at its end. */
const BUSY_MS = 5_000;
const COPY_BYTES = 1024 * 1024;

/**
 * Opens a database and runs the migrations that it has not had, all in one transaction. Before, a
 * snapshot of the file is made beside it (`<file>.before-<number of the first migration that runs>`);
 * the newest one is kept.
 *
 * Foreign keys are not enforced meanwhile, so that a table can be built anew under its old name
 * (https://www.sqlite.org/lang_altertable.html#otheralter); they are checked before the end.
 *
 * @param file absolute path, or `:memory:`
 * @returns the open database, or what went wrong: then the data is as it was
 */
export function migrateDatabase(
  file: string,
  megabytes: number,
  migrations: readonly string[],
): PluginDatabase | (DatabaseAnswer & { error: string }) {
  const opened = openGuarded(file, megabytes, BUSY_MS);
  const { db, authorizer } = opened;
  const had = versionOf(opened);
  const failed = (answer: DatabaseAnswer & { error: string }) => {
    db.close();
    return answer;
  };
  if (had > migrations.length) return failed({ error: tooNew(had, migrations.length) });
  if (had === migrations.length) return serveDatabase(opened, megabytes);

  const first = had + 1;
  let snapshot: string | null = null;
  let number = first;
  let done = had;
  try {
    if (had > 0 && file !== ":memory:") snapshot = takeSnapshot(opened, file, first);
    asKeeper(opened, "PRAGMA foreign_keys = OFF");
    authorizer.trust(() => db.exec("BEGIN IMMEDIATE"));
    for (const sql of migrations.slice(had)) {
      number = ++done;
      if (sql.includes("\0")) throw new Error("It has a NUL character.");
      db.exec(sql);
    }
    const [broken] = db.prepare("PRAGMA foreign_key_check").all();
    if (broken)
      throw new Error(`A row of ${broken.table} refers to a row of ${broken.parent} that is not there.`);
    asKeeper(opened, `PRAGMA user_version = ${migrations.length}`);
    authorizer.trust(() => db.exec("COMMIT"));
  } catch (thrown) {
    const { error, ...more } = toFailure(thrown, authorizer, megabytes);
    if (db.isTransaction) authorizer.trust(() => db.exec("ROLLBACK"));
    if (snapshot) rmSync(snapshot, { force: true });
    return failed({ error: `Migration ${number} failed: ${error} The data is as it was before.`, ...more });
  }
  asKeeper(opened, "PRAGMA foreign_keys = ON");
  if (snapshot) forgetSnapshots(file, snapshot);
  return serveDatabase(opened, megabytes);
}

/** Why a database of a newer version of the plugin is refused. */
export function tooNew(had: number, known: number): string {
  return `The database has had ${had} migrations, and this version of the plugin knows ${known}. Install the newer version again, or restore the data from before the upgrade. Nothing was changed.`;
}

function asKeeper({ db, authorizer }: Opened, sql: string): void {
  db.setAuthorizer(null);
  try {
    db.exec(sql);
  } finally {
    db.setAuthorizer(authorizer.authorize);
  }
}

/** Copies the file with all that is committed: whole under its name, or not there. */
function takeSnapshot(opened: Opened, file: string, first: number): string {
  opened.db.setAuthorizer(null);
  const checkpoint = opened.db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  opened.db.setAuthorizer(opened.authorizer.authorize);
  if (Number(checkpoint?.busy) !== 0) throw new Error("The database is in use.");
  const snapshot = `${file}.before-${first}`;
  const unfinished = `${file}.snapshot`;
  copyDurably(file, unfinished);
  renameSync(unfinished, snapshot);
  return snapshot;
}

/** The permission model has no fsync; a file that is written through needs none. */
function copyDurably(from: string, to: string): void {
  rmSync(to, { force: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_DSYNC } = constants;
  const source = openSync(from, "r");
  const target = openSync(to, O_WRONLY | O_CREAT | O_EXCL | O_DSYNC, 0o600);
  try {
    const chunk = Buffer.allocUnsafe(COPY_BYTES);
    for (let read = readSync(source, chunk); read > 0; read = readSync(source, chunk)) {
      for (let done = 0; done < read; ) done += writeSync(target, chunk, done, read - done);
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function forgetSnapshots(file: string, kept: string): void {
  const start = `${basename(file)}.before-`;
  for (const name of readdirSync(dirname(file))) {
    const path = join(dirname(file), name);
    if (name.startsWith(start) && path !== kept) rmSync(path, { force: true });
  }
}
