import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { SqlParameters } from "../protocol/database.ts";
import { openPluginDatabase } from "./plugin-database.ts";

function open(file = ":memory:", megabytes = 4) {
  const database = openPluginDatabase(file, megabytes);
  onTestFinished(() => database.close());
  const ask =
    (op: "run" | "get" | "all") =>
    (sql: string, ...params: unknown[]) =>
      database.execute({ op, sql, params: params as SqlParameters, depth: 0 });
  return { database, run: ask("run"), get: ask("get"), all: ask("all") };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "rookery-sqlite-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("values come back as they went in", () => {
  const { run, get } = open();
  run("CREATE TABLE t (a, b, c, d, e, f)");
  const bytes = new Uint8Array([0, 1, 255]);
  expect(run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", 1, 2.5, "ä\0b", null, bytes, 2n ** 60n)).toEqual({
    ok: { changes: 1, lastInsertRowid: 1 },
  });
  expect(get("SELECT * FROM t")).toEqual({
    ok: { a: 1, b: 2.5, c: "ä\0b", d: null, e: bytes, f: 2n ** 60n },
  });
  expect(get("SELECT a FROM t WHERE b = :b", { b: 2.5 })).toEqual({ ok: { a: 1 } });
  expect(get("SELECT a FROM t WHERE b = 3")).toEqual({ ok: null });
});

test("full-text search, JSON, windows and recursion are there", () => {
  const { run, all } = open();
  run("CREATE VIRTUAL TABLE f USING fts5(text)");
  run("INSERT INTO f VALUES ('the quick brown fox')");
  run("INSERT INTO f(f) VALUES ('optimize')");
  expect(all("SELECT * FROM f WHERE f MATCH 'quick'")).toEqual({ ok: [{ text: "the quick brown fox" }] });
  expect(all("SELECT value FROM json_each('[1, 2]')")).toEqual({ ok: [{ value: 1 }, { value: 2 }] });
  const counting =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3) SELECT sum(x) s FROM c";
  expect(all(counting)).toEqual({ ok: [{ s: 6 }] });
  expect(all("PRAGMA table_info(f)")).toMatchObject({ ok: [{ name: "text" }] });
  expect(run("ALTER TABLE f RENAME TO g")).toHaveProperty("ok");
});

describe("a plugin's SQL stays in its file", () => {
  const outside = join(tmpdir(), `rookery-sqlite-outside-${process.pid}`);
  const attempts: [sql: string, why: string][] = [
    [`ATTACH '${outside}' AS other`, "ATTACH, DETACH and VACUUM are not for plugins"],
    ["ATTACH ':memory:' AS other", "ATTACH, DETACH and VACUUM are not for plugins"],
    ["DETACH main", "ATTACH, DETACH and VACUUM are not for plugins"],
    [`VACUUM INTO '${outside}'`, "ATTACH, DETACH and VACUUM are not for plugins"],
    ["VACUUM", "ATTACH, DETACH and VACUUM are not for plugins"],
    ["PRAGMA writable_schema = ON", "PRAGMA writable_schema is not for plugins"],
    ["PRAGMA journal_mode = OFF", "PRAGMA journal_mode is not for plugins"],
    ["PRAGMA max_page_count = 1000000", "PRAGMA max_page_count is not for plugins"],
    ["PRAGMA user_version = 7", "PRAGMA user_version is not for plugins"],
    ["PRAGMA temp_store_directory = '/tmp'", "PRAGMA temp_store_directory is not for plugins"],
    ["SELECT * FROM pragma_database_list", "PRAGMA database_list is not for plugins"],
    ["SELECT load_extension('x')", "not authorized|load_extension"],
    ["SELECT readfile('/etc/passwd')", "no such function: readfile"],
    ["SELECT writefile('/tmp/x', 'x')", "no such function: writefile"],
    ["SELECT edit('x')", "no such function: edit"],
    ["SELECT fts3_tokenizer('simple')", "fts3_tokenizer|unknown"],
    ["UPDATE sqlite_master SET sql = 'x'", "may not be modified"],
    ["INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)", "may not be modified"],
    ["CREATE VIRTUAL TABLE x USING fts4(a)", "module fts4 are not for plugins"],
    ["CREATE VIRTUAL TABLE x USING csv(filename='/etc/passwd')", "module csv are not for plugins"],
    ["CREATE TEMP TABLE x (a)", "Temporary tables, views and triggers"],
    ["CREATE TABLE temp.x (a)", "Temporary tables, views and triggers"],
    ["CREATE TEMP TABLE x AS SELECT 1", "Temporary tables, views and triggers"],
    ["CREATE TEMP VIEW x AS SELECT 1", "Temporary tables, views and triggers"],
    ["CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", "Temporary tables, views and triggers"],
    ["BEGIN", "bot.database.transaction()"],
    ["SAVEPOINT x", "bot.database.transaction()"],
    ["COMMIT", "bot.database.transaction()"],
    ["SELECT 1; DROP TABLE x", "One call takes one statement"],
    ["SELECT 1\0; DROP TABLE x", "no NUL character"],
    ["", "."],
    [`SELECT '${"x".repeat(200_000)}'`, "."],
    ["SELECT zeroblob(5000000)", "too big"],
    [`SELECT ${Array(200).fill("1").join()}`, "too many columns"],
  ];
  for (const [sql, why] of attempts) {
    test(`${JSON.stringify(sql.slice(0, 60))} is refused`, () => {
      const { run, get } = open();
      run("CREATE TABLE t (a)");
      const answer = run(sql);
      expect("error" in answer ? answer.error : answer).toMatch(new RegExp(why));
      expect(existsSync(outside)).toBe(false);
      expect(get("SELECT 1 AS fine")).toEqual({ ok: { fine: 1 } });
    });
  }
});

test("a trailing semicolon and comments are no second statement", () => {
  const { get } = open();
  expect(get("SELECT 1 AS a; -- that is all\n /* really; */ ;")).toEqual({ ok: { a: 1 } });
});

test("a full database is an error that says so, and goes on", () => {
  const file = join(folder(), "database.db");
  const { run, get } = open(file, 1);
  run("CREATE TABLE t (a)");
  const answers = Array.from({ length: 4 }, () => run("INSERT INTO t VALUES (zeroblob(400000))"));
  expect(answers.at(-1)).toEqual({ error: expect.stringContaining("it may have 1 MB"), sqlite: 13 });
  expect(get("SELECT count(*) AS n FROM t")).toEqual({ ok: { n: 2 } });
  expect(run("DELETE FROM t")).toMatchObject({ ok: { changes: 2 } });
  expect(run("INSERT INTO t VALUES (zeroblob(400000))")).toHaveProperty("ok");
  expect(statSync(file).size).toBeLessThanOrEqual(1024 * 1024);
});

test("an answer has bounds: 50,000 rows, 16 MiB", () => {
  const { all } = open();
  const rows = (n: number, what: string) =>
    all(
      `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT ${n}) SELECT ${what} AS a FROM c`,
    );
  expect(rows(50_001, "x")).toEqual({ error: expect.stringContaining("Narrow it") });
  expect(rows(20, "zeroblob(1000000)")).toEqual({ error: expect.stringContaining("Narrow it") });
  expect(rows(50_000, "x")).toMatchObject({ ok: expect.objectContaining({ length: 50_000 }) });
});

test("the file is its owner's alone, and a link in its place is refused", () => {
  const place = folder();
  const file = join(place, "database.db");
  open(file).run("CREATE TABLE t (a)");
  for (const suffix of ["", "-wal", "-shm"]) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
  symlinkSync(file, join(place, "link.db"));
  expect(() => open(join(place, "link.db"))).toThrow("ELOOP");
});

describe("transactions", () => {
  test("that SQLite ended by itself take nothing more until they are given up", () => {
    const { database, run, get } = open(":memory:", 1);
    run("CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK)");
    const inside = (sql: string) => database.execute({ op: "run", sql, params: [], depth: 1 });
    database.execute({ op: "begin", depth: 0 });
    inside("INSERT INTO t VALUES (1)");
    expect(inside("INSERT INTO t VALUES (1)")).toMatchObject({ error: expect.stringContaining("UNIQUE") });
    expect(inside("INSERT INTO t VALUES (2)")).toEqual({
      error: expect.stringContaining("nothing of it is kept"),
    });
    expect(database.execute({ op: "commit", depth: 1 })).toHaveProperty("error");
    expect(database.execute({ op: "rollback", depth: 1 })).toEqual({ ok: null });
    expect(get("SELECT count(*) AS n FROM t")).toEqual({ ok: { n: 0 } });
  });

  test("that are gone with their process run nothing outside of them", () => {
    const { database, run, get } = open();
    run("CREATE TABLE t (a)");
    const lost = database.execute({ op: "run", sql: "INSERT INTO t VALUES (1)", params: [], depth: 1 });
    expect(lost).toEqual({ error: expect.stringContaining("nothing of it is kept") });
    expect(get("SELECT count(*) AS n FROM t")).toEqual({ ok: { n: 0 } });
  });

  test("that nobody is in any more are undone by the next statement", () => {
    const { database, run, get } = open();
    run("CREATE TABLE t (a)");
    database.execute({ op: "begin", depth: 0 });
    database.execute({ op: "run", sql: "INSERT INTO t VALUES (1)", params: [], depth: 1 });
    expect(get("SELECT count(*) AS n FROM t")).toEqual({ ok: { n: 0 } });
  });
});
