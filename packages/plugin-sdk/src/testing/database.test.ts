import { expect, test } from "vitest";
import type { Bot } from "../bot.ts";
import { definePlugin } from "../index.ts";
import { createTestBot } from "./index.ts";

/** What a plugin's `setup` finds, with a table `t` of one unique column. */
async function inSetup<T>(look: (bot: Bot<object>) => T): Promise<T> {
  const found: T[] = [];
  const migrations = ["CREATE TABLE t (a UNIQUE)"];
  await createTestBot(definePlugin({ migrations, setup: (bot) => void found.push(look(bot)) }));
  return found[0] as T;
}
const all = ({ database }: Bot<object>) => database.all<{ a: unknown }>("SELECT a FROM t").map(({ a }) => a);

test("a test bot has a real database", async () => {
  const rows = await inSetup((bot) => {
    bot.database.run("INSERT INTO t VALUES (?), (?)", "x", "y");
    return [
      bot.database.get("SELECT a FROM t WHERE a = :a", { a: "x" }),
      bot.database.get("SELECT 1 WHERE 0"),
      all(bot),
    ];
  });
  expect(rows).toEqual([{ a: "x" }, undefined, ["x", "y"]]);
});

test("what SQLite refuses is a HostError with its code", async () => {
  const failing = inSetup(({ database }) => {
    database.run("INSERT INTO t VALUES (1)");
    database.run("INSERT INTO t VALUES (1)");
  });
  await expect(failing).rejects.toMatchObject({
    ...{
      name: "HostError",
      code: "DATABASE",
      message: "UNIQUE constraint failed: t.a",
      data: { sqlite: 2067 },
    },
  });
});

test.each([
  [undefined, "The parameter 1 is of the type undefined"],
  [true, "The parameter 1 is of the type boolean"],
  [{ a: new Date() }, 'The parameter "a" is an object'],
  [[1], 'The parameter "0"|SQLite|parameter'],
])("the parameter %j is refused by its name", async (value, why) => {
  await expect(
    inSetup(({ database }) => database.run("INSERT INTO t VALUES (?)", value as never)),
  ).rejects.toThrow(new RegExp(why));
});

test("a transaction that throws leaves nothing, and the next statement is outside of it", async () => {
  const kept = await inSetup((bot) => {
    const { database } = bot;
    expect(() =>
      database.transaction(() => {
        database.run("INSERT INTO t VALUES (1)");
        throw new Error("changed my mind");
      }),
    ).toThrow("changed my mind");
    database.run("INSERT INTO t VALUES (2)");
    return all(bot);
  });
  expect(kept).toEqual([2]);
});

test("a transaction within another can be undone alone", async () => {
  const kept = await inSetup((bot) => {
    const { database } = bot;
    const insert = (a: number) => database.run("INSERT INTO t VALUES (?)", a);
    return database.transaction(() => {
      insert(1);
      database.transaction(() => insert(2));
      expect(() =>
        database.transaction(() => {
          insert(3);
          insert(1);
        }),
      ).toThrow("UNIQUE");
      insert(4);
      return all(bot);
    });
  });
  expect(kept).toEqual([1, 2, 4]);
});

test("a transaction cannot wait: an async function is refused and undone", async () => {
  const kept = await inSetup((bot) => {
    const { database } = bot;
    const work = async () => database.run("INSERT INTO t VALUES (1)");
    expect(() => database.transaction(work)).toThrow("must be synchronous");
    return all(bot);
  });
  expect(kept).toEqual([]);
});

test("a migration that fails keeps the plugin from starting", async () => {
  const plugin = definePlugin({
    migrations: ["CREATE TABLE a (b)", "CREATE TABLE a (b)"],
    setup: () => undefined,
  });
  await expect(createTestBot(plugin)).rejects.toMatchObject({
    ...{ code: "DATABASE", message: expect.stringContaining("Migration 2 failed: table a already exists") },
  });
});
