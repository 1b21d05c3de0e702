import { expect, test } from "vitest";
import type { AccountState } from "../matrix/account-client.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createHealth } from "./health.ts";

const syncing: AccountState = { status: "syncing", reason: null, lastSyncAt: 1 };

function setUp(state: AccountState = syncing, full?: string) {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const settings = {
    ...store.settings,
    set(key: string, value: string): undefined {
      if (full !== undefined) throw Object.assign(new Error("no"), { code: full });
      store.settings.set(key, value);
    },
  };
  return createHealth({ dataDir: "/data", settings, accounts: store.accounts, stateOf: () => state });
}

test("a host that can write, and whose accounts sync, has no problems", () => {
  const health = setUp();
  expect(health.problems()).toEqual([]);
  expect(health.notices()).toEqual([]);
});

test("an account that does not sync is told with its reason", () => {
  const health = setUp({ status: "unreachable", reason: "it is away", lastSyncAt: null });
  expect(health.problems()).toEqual(["@bot:test is not syncing: it is away"]);
  expect(health.notices()).toEqual([]);
});

test.each([
  ["SQLITE_FULL", "the disk is full"],
  ["SQLITE_IOERR_WRITE", "the disk failed"],
  ["SQLITE_READONLY_DBMOVED", "it is read-only"],
  ["ENOSPC", "the disk is full"],
])("a data directory that cannot be written (%s) is told, with what to do", (code, why) => {
  const health = setUp(syncing, code);
  expect(health.problems()).toEqual([`/data cannot be written: ${why}.`]);
  expect(health.notices()).toMatchObject([{ id: "storage", remedy: expect.stringContaining("Make room") }]);
});

test("what was looked at is told one by one", () => {
  expect(setUp({ status: "unreachable", reason: "it is away", lastSyncAt: null }).checks()).toEqual([
    { name: "database", account: null, problem: null },
    { name: "account", account: "@bot:test", problem: "@bot:test is not syncing: it is away" },
  ]);
});

test.each([
  ["SQLITE_FULL", true],
  ["SQLITE_CORRUPT", false],
])("a database that fails with %s is worth a new start: not %s", (code, alive) => {
  expect(setUp(syncing, code).isAlive()).toBe(alive);
});
