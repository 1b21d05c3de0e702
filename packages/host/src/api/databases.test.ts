import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

const MIGRATIONS = [
  `CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL, weight REAL, picture BLOB);
   CREATE VIEW heavy AS SELECT name FROM thing WHERE weight > 1;
   CREATE TABLE "odd ""name" (a);`,
];

/** An instance `bot` with a database of three things; `set` writes all settings of the test. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const host = await startTestHost();
  await host.signIn();
  const bundle = await writeBundle({
    manifest: {
      ...{
        id: "org.example.things",
        version: "1.0.0",
        name: "Things",
        description: "Things",
        license: "MIT",
      },
      ...{ rookery: "*", main: "plugin.js" },
    },
    code: `const { definePlugin } = require("@rookery/plugin-sdk");
module.exports.default = definePlugin({ migrations: ${JSON.stringify(MIGRATIONS)}, setup(bot) {
  bot.database.run("DELETE FROM thing");
  const add = (...values) => bot.database.run("INSERT INTO thing VALUES (?, ?, ?, ?)", ...values);
  add(1, "stone, \\"grey\\"", 2.5, new Uint8Array([1, 2, 255]));
  add(9007199254740993n, "", Infinity, null);
  add(3, "feather", 0.01, null);
} });`,
  });
  await host.call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle });
  const body = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const account = await host.call("POST", "/accounts", { body });
  const instance = { id: "bot", pluginId: "org.example.things", accountId: account.body.id };
  expect((await host.call("POST", "/instances", { body: instance })).body.status).toBe("running");
  const csv = { accept: "text/csv" };
  const query = (sql: string, more: object = {}, at = "", headers = {}) =>
    host.call("POST", `/instances/bot/database/query${at}`, { body: { sql, ...more }, headers });
  return { host, csv, query };
}

test("the tables are listed with their columns and how many rows they have, also while the instance is stopped", async () => {
  const { host } = await setUp();
  const { body } = await host.call("GET", "/instances/bot/database");
  expect(body).toMatchObject({ exists: true, migrations: 1 });
  expect(body.tables).toEqual([
    { name: "heavy", kind: "view", rows: null, counted: false, columns: [expect.anything()] },
    { name: 'odd "name', kind: "table", rows: 0, counted: true, columns: [expect.anything()] },
    {
      ...{ name: "thing", kind: "table", rows: 3, counted: true },
      columns: [
        { name: "id", type: "INTEGER", notNull: false, primaryKey: true },
        { name: "name", type: "TEXT", notNull: true, primaryKey: false },
        { name: "weight", type: "REAL", notNull: false, primaryKey: false },
        { name: "picture", type: "BLOB", notNull: false, primaryKey: false },
      ],
    },
  ]);
  await host.call("POST", "/instances/bot/stop");
  expect((await host.call("GET", "/instances/bot/database")).body).toEqual(body);
  expect((await host.call("GET", "/instances/none/database")).status).toBe(404);
});

test("what JSON has no value for is told as what it is, and comes back as a parameter", async () => {
  const { query } = await setUp();
  const { body } = await query("SELECT * FROM thing ORDER BY name");
  expect(body.columns[0]).toEqual({ name: "id", type: "INTEGER" });
  expect(body.rows).toEqual([
    [{ integer: "9007199254740993" }, "", { real: "Infinity" }, null],
    [3, "feather", 0.01, null],
    [1, 'stone, "grey"', 2.5, { base64: "AQL/" }],
  ]);
  for (const [id, , , picture] of body.rows) {
    const found = await query("SELECT count(*) FROM thing WHERE id = ? AND picture IS ?", {
      params: [id, picture],
    });
    expect(found.body.rows).toEqual([[1]]);
  }
  expect((await query("SELECT 1 AS a, 2 AS a")).body.rows).toEqual([[1, 2]]);
});

test("rows come page by page, of a table and of a statement, and as CSV", async () => {
  const { host, csv, query } = await setUp();
  const next = (link: unknown) => String(link).split(/[<>]/)[1]?.replace("/api/v1", "") ?? "";
  const first = await host.call("GET", "/instances/bot/database/tables/thing?limit=2");
  expect([first.body.rows.length, first.body.more]).toEqual([2, true]);
  const second = await host.call("GET", next(first.headers.link));
  expect([second.body.rows.length, second.body.more, second.headers.link]).toEqual([1, false, undefined]);
  const numbers = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) SELECT i FROM n";
  const page = await query(numbers);
  expect([page.body.rows.length, page.body.rows[99]]).toEqual([100, [100]]);
  const behind = await query(numbers, {}, next(page.headers.link).replace(/^[^?]+/, ""));
  expect([behind.body.rows[0], behind.body.rows.length]).toEqual([[101], 100]);
  expect((await host.call("GET", "/instances/bot/database/tables/odd%20%22name")).body.rows).toEqual([]);
  for (const name of ["nothing", "sqlite_schema"]) {
    expect((await host.call("GET", `/instances/bot/database/tables/${name}`)).status).toBe(404);
  }
  const table = await host.call("GET", "/instances/bot/database/tables/thing", { headers: csv });
  expect(table.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(table.text).toBe(
    'id,name,weight,picture\r\n1,"stone, ""grey""",2.5,AQL/\r\n3,feather,0.01,\r\n9007199254740993,"",Infinity,\r\n',
  );
  expect((await query(numbers, {}, "", csv)).text.split("\r\n")).toHaveLength(252);
});

test("a page ends at its bytes, and one row comes however large it is", async () => {
  const { query } = await setUp();
  const sql =
    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT zeroblob(3000000) FROM n";
  const { body } = await query(sql);
  expect([body.rows.length, body.more]).toEqual([1, true]);
});

test("nothing is written unless it is asked for; then by a deployer, and in the audit log", async () => {
  const { host, query } = await setUp();
  const sql = "UPDATE thing SET name = 'x' WHERE id < ?";
  for (const statement of [
    sql,
    "CREATE TABLE other (a)",
    "DROP TABLE thing",
    "INSERT INTO thing VALUES (8, '', 1, 1) RETURNING id",
  ]) {
    expect((await query(statement, { params: statement === sql ? [4] : [] })).body).toMatchObject({
      code: "DATABASE",
      detail: "The statement writes, and was to read only. Nothing was changed.",
    });
  }
  expect((await query("SELECT count(*) FROM thing WHERE name = 'x'")).body.rows).toEqual([[0]]);
  expect((await query(sql, { params: [4], write: true })).body).toMatchObject({ changes: 2, rows: [] });
  const made = await query("INSERT INTO thing VALUES (8, '', 1, 1) RETURNING id", { write: true });
  expect(made.body).toMatchObject({ changes: 1, rows: [[8]] });
  expect((await query("SELECT count(*) FROM thing")).body.rows).toEqual([[4]]);
  expect((await query("UPDATE nothing SET a = 1", { write: true })).status).toBe(422);
  const token = { name: "v", role: "viewer", days: 1 };
  const viewer = await host.call("POST", "/tokens", { body: token });
  const headers = { authorization: `Bearer ${viewer.body.token}` };
  const asViewer = async (body: object) =>
    (await host.send("POST", "/api/v1/instances/bot/database/query", { body, headers })).status;
  expect(await asViewer({ sql: "SELECT 1" })).toBe(200);
  expect(await asViewer({ sql: "DELETE FROM thing", write: true })).toBe(403);
  expect((await query("SELECT count(*) FROM thing")).body.rows).toEqual([[4]]);
  const { body } = await host.call("GET", "/audit-log?action=database.write");
  expect(body.map(({ target, after, error }: Record<string, unknown>) => ({ target, after, error }))).toEqual(
    [
      { target: "bot", after: { sql: "UPDATE nothing SET a = 1" }, error: "DATABASE" },
      { target: "bot", after: { sql: expect.stringContaining("RETURNING"), changes: 1 }, error: null },
      { target: "bot", after: { sql, changes: 2 }, error: null },
    ],
  );
});

test("the walls of the plugin's SQL are those of the operator's", async () => {
  const { query } = await setUp();
  const refused = [
    "ATTACH '/etc/passwd' AS other",
    "VACUUM INTO '/tmp/stolen'",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "SELECT load_extension('x')",
    "BEGIN",
    "SELECT 1; DELETE FROM thing",
    "SELECT 1 FROM nothing",
    "SELECT\0 1",
  ];
  for (const sql of refused) {
    for (const write of [false, true]) {
      expect((await query(sql, { write })).body.code, sql).toBe("DATABASE");
    }
  }
  expect((await query("SELECT count(*) FROM thing")).body.rows).toEqual([[3]]);
});

test("a statement without end is ended, and the plugin's own go on meanwhile", async () => {
  const { host, query } = await setUp();
  const endless = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  const asked = query(endless);
  // Its setup deletes and writes rows.
  const restarted = await host.call("POST", "/instances/bot/restart");
  expect(restarted.body.status).toBe("running");
  expect((await asked).body).toMatchObject({
    code: "DATABASE",
    detail: expect.stringContaining("longer than 5 s"),
  });
  expect((await query("SELECT count(*) FROM thing")).body.rows).toEqual([[3]]);
}, 20_000);
