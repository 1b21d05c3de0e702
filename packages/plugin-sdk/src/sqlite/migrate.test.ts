import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "./migrate.ts";

function folder() {
  const path = mkdtempSync(join(tmpdir(), "rookery-migrate-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const file = join(path, "database.db");
  return {
    file,
    files: () => readdirSync(path).sort(),
    migrate(...migrations: string[]) {
      const migrated = migrateDatabase(file, 4, migrations);
      if ("error" in migrated) return migrated.error;
      migrated.close();
      return "migrated";
    },
    /** Looks from outside. */
    look(sql: string, at = file) {
      const db = new DatabaseSync(at);
      const rows = db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }));
      db.close();
      return rows;
    },
  };
}

const ONE = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note (text) VALUES ('first')";
const TWO = "ALTER TABLE note ADD COLUMN author TEXT; UPDATE note SET author = 'ada'";

test("pending migrations run once, in order", () => {
  const { migrate, look, files } = folder();
  expect(migrate(ONE)).toBe("migrated");
  expect(migrate(ONE, TWO)).toBe("migrated");
  expect(migrate(ONE, TWO)).toBe("migrated");
  expect(look("SELECT * FROM note")).toEqual([{ id: 1, text: "first", author: "ada" }]);
  expect(look("PRAGMA user_version")).toEqual([{ user_version: 2 }]);
  expect(files()).toEqual(["database.db", "database.db.before-2"]);
});

test("the snapshot has the data of before, and only the newest is kept", () => {
  const { migrate, look, files, file } = folder();
  migrate(ONE);
  migrate(ONE, TWO);
  migrate(ONE, TWO, "DELETE FROM note");
  expect(files()).toEqual(["database.db", "database.db.before-3"]);
  expect(look("SELECT * FROM note")).toEqual([]);
  expect(look("SELECT text, author FROM note", `${file}.before-3`)).toEqual([
    { text: "first", author: "ada" },
  ]);
});

test.each([
  ["CREATE TABEL x (a)", /near "TABEL": syntax error/],
  ["INSERT INTO nowhere VALUES (1)", /no such table: nowhere/],
  ["COMMIT", /bot.database.transaction/],
  ["ATTACH '/tmp/x' AS x", /ATTACH/],
  ["PRAGMA user_version = 9", /PRAGMA user_version/],
  ["SELECT 1\0", /NUL/],
  [
    "CREATE TABLE child (note REFERENCES note); INSERT INTO child VALUES (5)",
    /A row of child refers to a row of note that is not there/,
  ],
])("after a migration %j that fails, all is as it was before", (bad, why) => {
  const { migrate, look, files } = folder();
  migrate(ONE);
  const error = migrate(ONE, TWO, bad);
  expect(error).toMatch(/^Migration 3 failed: .* The data is as it was before\.$/);
  expect(error).toMatch(why);
  expect(look("SELECT * FROM note")).toEqual([{ id: 1, text: "first" }]);
  expect(look("PRAGMA user_version")).toEqual([{ user_version: 1 }]);
  expect(files()).toEqual(["database.db"]);
});

test("a table can be built anew without losing what refers to it", () => {
  const { migrate, look } = folder();
  migrate(
    "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (p REFERENCES parent ON DELETE CASCADE); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)",
    "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO new (id) SELECT id FROM parent; DROP TABLE parent; ALTER TABLE new RENAME TO parent",
  );
  expect(look("SELECT * FROM child JOIN parent ON p = id")).toEqual([{ p: 1, id: 1, name: null }]);
});

test("a database of a newer version of the plugin is refused and left alone", () => {
  const { migrate, look } = folder();
  migrate(ONE, TWO);
  expect(migrate(ONE)).toMatch(/has had 2 migrations, and this version of the plugin knows 1/);
  expect(look("SELECT author FROM note")).toEqual([{ author: "ada" }]);
});
