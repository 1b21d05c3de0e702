import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import type { DatabaseAnswer, DatabaseRequest } from "@rookery/plugin-sdk/protocol";
import { expect, onTestFinished, test } from "vitest";
import { findAssets } from "../assets.ts";
import { databasePlugin, openTestDatabases } from "../testing/databases.ts";
import { eventually } from "../testing/eventually.ts";
import { databaseFile, type InstanceDatabase } from "./databases.ts";

/** Asks a database as a worker does. */
async function ask(
  database: InstanceDatabase,
  op: "run" | "get" | "all",
  sql: string,
): Promise<DatabaseAnswer> {
  const request: DatabaseRequest = { op, sql, params: [], depth: 0 };
  return deserialize(await database.execute(serialize(request))) as DatabaseAnswer;
}

/** Looks into a database from outside. */
function look(file: string, sql: string) {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }));
  db.close();
  return rows;
}

test("a plugin that never touches its database has no file and no process", async () => {
  const { worker, directoryOf } = openTestDatabases();
  const plain = worker("plain", databasePlugin("log('ready');"));
  await plain.start("one");
  await plain.ping();
  expect(plain.logs).toEqual(['"ready"']);
  expect(readdirSync(directoryOf("one"))).toEqual([]);
});

test("two instances of one plugin do not see each other's tables, and their data outlive their worker", async () => {
  const code = databasePlugin(
    `if (bot.config.write) database.run("INSERT INTO note VALUES (?)", bot.config.write);
     attempt("SELECT text FROM note");`,
    ["CREATE TABLE note (text TEXT)"],
  );
  const { worker } = openTestDatabases();
  const first = worker("notes", code);
  await first.start("one", { config: { write: "mine" } });
  await first.start("two");
  expect(first.logs).toEqual(['{"rows":[{"text":"mine"}]}', '{"rows":[]}']);
  await first.process.terminate("The test goes on with the next worker.");

  const second = worker("notes", code);
  await second.start("one");
  expect(second.logs).toEqual(['{"rows":[{"text":"mine"}]}']);
});

test("no SQL reaches another file", async () => {
  const { worker, directory, directoryOf } = openTestDatabases();
  const sibling = worker(
    "sibling",
    databasePlugin('database.run("CREATE TABLE secret AS SELECT 42 AS answer");'),
  );
  await sibling.start("victim");
  const registry = new DatabaseSync(join(directory, "rookery.db"));
  registry.exec("CREATE TABLE account (token)");
  registry.close();
  const outside = join(directory, "outside.db");
  const attempts = [
    `ATTACH '${databaseFile(directoryOf("victim"))}' AS v`,
    `ATTACH '${join(directory, "rookery.db")}' AS r`,
    `ATTACH 'file:${join(directory, "rookery.db")}?mode=ro' AS r`,
    `VACUUM INTO '${outside}'`,
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = OFF",
    `PRAGMA temp_store_directory = '${directory}'`,
    "SELECT load_extension('/tmp/x.so')",
    "SELECT readfile('/etc/passwd')",
    `SELECT writefile('${outside}', 'x')`,
    `CREATE VIRTUAL TABLE x USING fts4(content='', '${outside}')`,
    "SELECT 1\0; ATTACH '/tmp/x' AS x",
    "SELECT count(*) FROM secret",
  ];
  const before = readdirSync(directory).sort();
  const hostile = worker(
    "hostile",
    databasePlugin(attempts.map((sql) => `attempt(${JSON.stringify(sql)});`).join("\n")),
  );
  await hostile.start("thief");
  for (const [index, line] of hostile.logs.entries()) {
    expect(JSON.parse(line), attempts[index]).toMatchObject({ code: "DATABASE" });
  }
  expect(hostile.logs).toHaveLength(attempts.length);
  expect(readdirSync(directory).sort()).toEqual([...before, "thief"].sort());
  expect(existsSync("/tmp/x")).toBe(false);
});

test("a link in a database's place leads nowhere", async () => {
  const { worker, directory, directoryOf } = openTestDatabases();
  const target = join(directory, "target.db");
  writeFileSync(target, "");
  symlinkSync(target, databaseFile(directoryOf("one")));
  const { start, logs } = worker("linked", databasePlugin('attempt("CREATE TABLE t (a)");'));
  await start("one");
  expect(JSON.parse(logs[0] ?? "")).toMatchObject({
    code: "DATABASE",
    message: expect.stringContaining("ELOOP"),
  });
  expect(statSync(target).size).toBe(0);
});

test("the handle is nobody's: the functions are frozen, and the worker has no node:sqlite", async () => {
  const { worker } = openTestDatabases();
  const { start, logs } = worker(
    "frozen",
    databasePlugin(`
      const attempts = [() => { "use strict"; database.run = 1; }, () => { "use strict"; bot.database.all = 1; }];
      for (const change of attempts) { try { change(); log("changed"); } catch (error) { log(error.name); } }
      log([Object.isFrozen(database), Object.keys(database)]);`),
  );
  await start("one");
  expect(logs).toEqual(['"TypeError"', '"TypeError"', '[true,["run","get","all","transaction"]]']);
});

test("a statement without end is ended, its worker lives, and other plugins answer meanwhile", async () => {
  const { worker } = openTestDatabases();
  const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  const runaway = worker(
    "runaway",
    databasePlugin(
      `bot.command("loop", "", (ctx) => { attempt(${JSON.stringify(endless)}); attempt("SELECT a FROM t"); return ctx.reply("back"); });`,
      ["CREATE TABLE t (a); INSERT INTO t VALUES (1)"],
    ),
  );
  const other = worker(
    "other",
    databasePlugin('bot.command("hi", "", (ctx) => ctx.reply(database.get("SELECT 1 AS a").a + "!"));'),
  );
  await runaway.start("one");
  await other.start("two");
  runaway.say(1, "!loop");
  other.say(1, "!hi", "two");
  await eventually("the other's answer", () => other.replies.length > 0);
  expect(runaway.replies).toEqual([]);
  await eventually("the end of the loop", () => runaway.replies.length > 0);
  expect(runaway.logs.map((line) => JSON.parse(line))).toEqual([
    { code: "DATABASE", message: expect.stringContaining("took longer than 2 s and was stopped") },
    { rows: [{ a: 1 }] },
  ]);
});

test("a transaction whose process was ended in the middle leaves nothing", async () => {
  const { worker, directoryOf } = openTestDatabases();
  const { start, logs } = worker(
    "interrupted",
    databasePlugin(
      `try {
        database.transaction(() => {
          database.run("INSERT INTO t VALUES (1)");
          try { database.all("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"); } catch {}
          database.run("INSERT INTO t VALUES (2)");
        });
      } catch (error) { log(error.message); }
      attempt("SELECT a FROM t");`,
      ["CREATE TABLE t (a)"],
    ),
  );
  await start("one");
  expect(logs).toEqual([expect.stringContaining("nothing of it is kept"), '{"rows":[]}']);
  expect(look(databaseFile(directoryOf("one")), "SELECT * FROM t")).toEqual([]);
});

test("a full database and huge values are errors, and the instance goes on", async () => {
  const { worker, directoryOf } = openTestDatabases({ megabytes: 2 });
  const { start, logs } = worker(
    "greedy",
    databasePlugin(
      `let error;
      for (let i = 0; i < 50 && !error; i++) try { database.run("INSERT INTO t VALUES (randomblob(100000))"); } catch (e) { error = e; }
      log(error.message);
      attempt("INSERT INTO t VALUES (?)", new Uint8Array(5000000));
      attempt("SELECT randomblob(2000000000)");
      attempt("SELECT a, a FROM t, t, t");
      try { database.transaction(() => { for (;;) database.run("UPDATE t SET a = randomblob(100000)"); }); } catch (e) { log(e.message); }
      attempt("DELETE FROM t");
      attempt("SELECT 1 AS fine");`
        .replace("FROM t, t, t", "FROM t AS x, t AS y, t AS z")
        .replace("SELECT a, a", "SELECT x.a, y.a"),
      ["CREATE TABLE t (a)"],
    ),
  );
  // The endless transaction ends where its write-ahead log may grow no more.
  await start("one", {}, 60_000);
  expect(logs[0]).toContain("it may have 2 MB");
  expect(logs[1]).toContain("larger than 4194304 bytes");
  expect(logs[2]).toContain("too big");
  expect(logs[3]).toContain("Narrow it");
  expect(logs.slice(5)).toEqual(['{"rows":[]}', '{"rows":[{"fine":1}]}']);
  const sizes = readdirSync(directoryOf("one")).map((name) => statSync(join(directoryOf("one"), name)).size);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 1024 * 1024);
});

test("a failing migration keeps the instance from starting, says which it is, and leaves the data", async () => {
  const { worker, directoryOf } = openTestDatabases();
  const one = "CREATE TABLE note (text); INSERT INTO note VALUES ('kept')";
  const old = worker("old", databasePlugin("", [one]));
  await old.start("one");
  await old.of("one").close();
  const bad = worker(
    "new",
    databasePlugin("log('never');", [one, "DELETE FROM note", "INSERT INTO nowhere VALUES (1)"]),
  );
  await expect(bad.start("one")).rejects.toMatchObject({
    ...{ code: "DATABASE", message: expect.stringContaining("Migration 3 failed: no such table: nowhere") },
  });
  expect(bad.logs).toEqual([]);
  expect(look(databaseFile(directoryOf("one")), "SELECT text FROM note")).toEqual([{ text: "kept" }]);
});

test("a migration without end is ended; another instance of the plugin is not held up", async () => {
  const { databases, directoryOf } = openTestDatabases({ migrationsMs: 700 });
  const slow = databases.open("shared", directoryOf("slow"));
  const quick = databases.open("shared", directoryOf("quick"));
  const endless =
    "CREATE TABLE t AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT 1 FROM c) SELECT count(*) FROM c";
  const migrating = slow.migrate([endless]);
  expect(await ask(quick, "get", "SELECT 1 AS a")).toEqual({
    ok: { a: 1 },
  });
  await expect(migrating).rejects.toThrow("took longer than 0.7 s");
  await slow.migrate(["CREATE TABLE t (a)"]);
});

test("an older plugin is refused the database of a newer one", async () => {
  const { worker } = openTestDatabases();
  const newer = worker("newer", databasePlugin("", ["CREATE TABLE a (b)", "CREATE TABLE c (d)"]));
  await newer.start("one");
  await newer.of("one").close();
  const older = worker("older", databasePlugin("", ["CREATE TABLE a (b)"]));
  await expect(older.start("one")).rejects.toThrow(
    "has had 2 migrations, and this version of the plugin knows 1",
  );
  const without = worker("without", databasePlugin('attempt("SELECT 1");'));
  await without.start("one");
  expect(without.logs[0]).toContain("has had 2 migrations, and this version of the plugin knows 0");
});

test("the databases' process ends with the last instance, and its files are the owner's alone", async () => {
  const { databases, directoryOf } = openTestDatabases();
  const [one, two] = [databases.open("p", directoryOf("one")), databases.open("p", directoryOf("two"))];
  for (const each of [one, two]) expect(await ask(each, "run", "CREATE TABLE t (a)")).toHaveProperty("ok");
  const file = databaseFile(directoryOf("one"));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await one.close();
  expect(readdirSync(directoryOf("one"))).toEqual(["database.db"]);
  expect(await ask(two, "run", "CREATE TABLE u (a)")).toHaveProperty("ok");
  await two.close();
  expect(readdirSync(directoryOf("two"))).toEqual(["database.db"]);
});

/** A host in a process of its own that does this with `databases`, and says "now" before it is killed. */
async function killInTheMiddle(directory: string, work: string): Promise<void> {
  const script = `
    import { serialize } from "node:v8";
    import { createDatabases } from ${JSON.stringify(join(import.meta.dirname, "databases.ts"))};
    const databases = createDatabases({ file: ${JSON.stringify(findAssets().database)}, directory: ${JSON.stringify(directory)}, megabytes: 64 });
    const one = databases.open("p", ${JSON.stringify(join(directory, "one"))});
    const ask = (op, sql, depth) => one.execute(serialize(sql ? { op, sql, params: [], depth } : { op, depth }));
    ${work}`;
  const host = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void host.kill("SIGKILL"));
  const said = await new Promise((resolve) => {
    host.stdout.once("data", (line) => resolve(String(line).trim()));
    host.once("exit", (code) => resolve(`ended with ${code}`));
  });
  expect(said).toBe("now");
  const gone = new Promise((resolve) => host.once("exit", resolve));
  host.kill("SIGKILL");
  await gone;
}

test("kill -9 of the host in a transaction: nothing of it is kept, and all of what was before", async () => {
  const { databases, directory, directoryOf } = openTestDatabases();
  directoryOf("one");
  await killInTheMiddle(
    directory,
    `await ask("run", "CREATE TABLE t AS SELECT 'before' AS a", 0);
     await ask("begin", null, 0);
     for (let n = 0; ; n++) { await ask("run", "INSERT INTO t VALUES (randomblob(100000))", 1); if (n === 30) console.log("now"); }`,
  );
  const after = databases.open("p", directoryOf("one"));
  expect(await ask(after, "all", "SELECT a FROM t")).toEqual({
    ok: [{ a: "before" }],
  });
  expect(await ask(after, "all", "PRAGMA integrity_check")).toEqual({
    ok: [{ integrity_check: "ok" }],
  });
});

test("kill -9 of the host in a migration: all of it or nothing, and the snapshot is whole", {
  timeout: 30_000,
}, async () => {
  const { databases, directory, directoryOf } = openTestDatabases({ megabytes: 64 });
  const file = databaseFile(directoryOf("one"));
  const first = "CREATE TABLE t (a); INSERT INTO t VALUES ('before')";
  const fill =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200000) INSERT INTO t SELECT hex(randomblob(50)) FROM c";
  const migrations = [first, "DELETE FROM t", fill];
  await killInTheMiddle(
    directory,
    `import { existsSync, statSync } from "node:fs";
     await one.migrate(${JSON.stringify([first])});
     const migrating = one.migrate(${JSON.stringify(migrations)});
     const wal = ${JSON.stringify(`${file}-wal`)};
     const watch = setInterval(() => { if (existsSync(wal) && statSync(wal).size > 1e6) { clearInterval(watch); console.log("now"); } }, 1);
     await migrating; console.log("too late");`,
  );
  expect(look(`${file}.before-2`, "SELECT a FROM t")).toEqual([{ a: "before" }]);
  const after = databases.open("p", directoryOf("one"));
  const count = async () => {
    const answer = await ask(after, "get", "SELECT count(*) AS n FROM t");
    return "ok" in answer ? (answer.ok as { n: number } | null)?.n : answer.error;
  };
  await after.migrate(migrations);
  expect(await count()).toBe(200_000);
  expect(readFileSync(file).subarray(0, 15).toString()).toBe("SQLite format 3");
});
