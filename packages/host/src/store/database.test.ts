import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { MIGRATIONS } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { openDatabase, WRITTEN_BY } from "./database.ts";

const version = (db: Database.Database) => db.pragma("user_version", { simple: true });
const tables = (db: Database.Database) =>
  db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();

test("a fresh database gets all tables, and the number of the last migration", () => {
  const db = openDatabase(":memory:", MIGRATIONS);
  expect(tables(db)).toEqual([
    ...["account", "api_token", "audit_log", "created_room", "declared"],
    ...["encrypted_room", "failed_delivery", "gap", "held_event", "host_history"],
    ...["impersonated_user", "inbox", "instance", "instance_history", "kept_answer"],
    "one_time_token",
    ...["overflow", "permission_use", "plugin"],
    ...[
      "plugin_version",
      "replaced_login",
      "room_to_join",
      "schedule",
      "session",
      "setting",
      "skipped_events",
    ],
    ...["sqlite_sequence", "trace_batch", "user"],
    "webhook_seen",
  ]);
  expect(version(db)).toBe(readdirSync(MIGRATIONS).length);
  db.close();
});

test("a database that is opened again keeps what is in it", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const first = openDatabase(file, MIGRATIONS);
  first.exec("INSERT INTO setting VALUES ('colour', 'blue')");
  first.close();

  const second = openDatabase(file, MIGRATIONS);
  expect(second.prepare("SELECT value FROM setting").pluck().get()).toBe("blue");
  second.close();
});

test("only migrations that are new to a database are run", () => {
  const folder = temporaryDirectory();
  const file = join(folder, "rookery.db");
  mkdirSync(join(folder, "migrations"));
  writeFileSync(join(folder, "migrations", "001-first.sql"), "CREATE TABLE first (x);");
  openDatabase(file, join(folder, "migrations")).close();

  writeFileSync(join(folder, "migrations", "002-second.sql"), "CREATE TABLE second (x);");
  writeFileSync(join(folder, "migrations", "README.md"), "This is no migration.");
  const db = openDatabase(file, join(folder, "migrations"));
  expect(tables(db)).toEqual(["first", "second"]);
  expect(version(db)).toBe(2);
  db.close();
});

test("whoever was there before roles is an admin, and stays signed in", () => {
  const folder = temporaryDirectory();
  const file = join(folder, "rookery.db");
  const before = join(folder, "before");
  cpSync(MIGRATIONS, before, { recursive: true, filter: (path) => !/0(09|[1-9]\d)-/.test(path) });
  const old = openDatabase(file, before);
  old.exec("INSERT INTO user VALUES ('ada', 'argon2id$…', 1), ('admin', NULL, 2)");
  for (const token of ["one", "two"]) {
    old.prepare("INSERT INTO session VALUES (?, 'ada', 3, 4)").run(Buffer.from(token));
  }
  old.close();

  const db = openDatabase(file, MIGRATIONS);
  expect(db.prepare("SELECT name, role, disabled_at FROM user").raw().all()).toEqual([
    ["ada", "admin", null],
    ["admin", "admin", null],
  ]);
  const ids = db.prepare("SELECT id FROM session WHERE user_name = 'ada'").pluck().all();
  expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
  expect(ids[0]).not.toBe(ids[1]);
  db.close();
});

test("where one migration fails, none of them has happened", () => {
  const folder = temporaryDirectory();
  const file = join(folder, "rookery.db");
  mkdirSync(join(folder, "migrations"));
  writeFileSync(join(folder, "migrations", "001-first.sql"), "CREATE TABLE first (x);");
  writeFileSync(join(folder, "migrations", "002-broken.sql"), "CREATE TABLE first (x);");
  expect(() => openDatabase(file, join(folder, "migrations"))).toThrow("already exists");

  const db = new Database(file);
  expect(tables(db)).toEqual([]);
  expect(version(db)).toBe(0);
  db.close();
});

test("a database of a newer Rookery is refused, and not one byte of it changes", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const db = openDatabase(file, MIGRATIONS);
  db.pragma("user_version = 99");
  db.close();
  const before = readFileSync(file);

  expect(() => openDatabase(file, MIGRATIONS)).toThrow(
    expect.objectContaining({ code: "DATABASE_NEWER", message: expect.stringContaining("schema 99") }),
  );
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("only its owner reads a database", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const db = openDatabase(file, MIGRATIONS);
  for (const suffix of ["", "-wal", "-shm"]) {
    expect((statSync(file + suffix).mode & 0o777).toString(8), suffix).toBe("600");
  }
  db.close();
});

/** A folder of migrations: a table with something in it, and what comes after that. */
function migrationFolder(second?: string): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "001-first.sql"), "CREATE TABLE setting (key TEXT, value TEXT);");
  if (second !== undefined) writeFileSync(join(folder, "002-second.sql"), second);
  return folder;
}

test("how it was before a migration is kept beside it, and an older version says by name what came after it and how to go back", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const [old, next] = [migrationFolder(), migrationFolder("DROP TABLE setting; CREATE TABLE other (x);")];
  const first = openDatabase(file, old);
  first.exec(`INSERT INTO setting VALUES ('${WRITTEN_BY}', '0.1.0')`);
  first.close();
  // It would be of another upgrade, and is nobody's any more.
  writeFileSync(`${file}.schema-0`, "older still");
  openDatabase(file, next).close();
  expect(readdirSync(dirname(file)).sort()).toEqual(["rookery.db", "rookery.db.schema-1"]);
  expect((statSync(`${file}.schema-1`).mode & 0o777).toString(8)).toBe("600");

  const refused = (folder: string) => {
    try {
      openDatabase(file, folder);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("It was not refused.");
  };
  expect(refused(old)).toContain(`put ${file}.schema-1 in its place, which is how it was before the upgrade`);
  renameSync(`${file}.schema-1`, file);
  const back = openDatabase(file, old);
  expect(back.prepare("SELECT value FROM setting").pluck().all()).toEqual(["0.1.0"]);
  back.pragma("user_version = 2");
  back.close();
  expect(refused(old)).toContain("written by a newer Rookery 0.1.0 (schema 2; this one knows 1)");
});

test("killed with -9 in the midst of a migration, it is as it was before, and the next start brings it on", async () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const old = migrationFolder();
  const first = openDatabase(file, old);
  first.exec("INSERT INTO setting VALUES ('colour', 'blue')");
  first.close();
  // Without an end, so that it is killed within it.
  const endless = `CREATE TABLE big (x); INSERT INTO big
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT zeroblob(1000) FROM n;`;
  const database = new URL("./database.ts", import.meta.url).pathname;
  const script = `const { openDatabase } = await import(${JSON.stringify(database)});
    openDatabase(${JSON.stringify(file)}, ${JSON.stringify(migrationFolder(endless))});`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  const written = () => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  await eventually("a half-written migration", () => written() > 8_000_000);
  child.kill("SIGKILL");
  await once(child, "exit");

  const again = openDatabase(file, old);
  expect([version(again), tables(again)]).toEqual([1, ["setting"]]);
  expect(again.pragma("integrity_check", { simple: true })).toBe("ok");
  expect(again.prepare("SELECT value FROM setting").pluck().all()).toEqual(["blue"]);
  again.close();
  const next = openDatabase(file, migrationFolder("CREATE TABLE second (x);"));
  expect([version(next), tables(next)]).toEqual([2, ["second", "setting"]]);
  next.close();
});
