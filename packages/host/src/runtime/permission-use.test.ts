import { expect, test } from "vitest";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createPermissionUses } from "./permission-use.ts";

const HOUR = 60 * 60_000;

function setUp() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  let time = 1_000 * HOUR;
  const errors: unknown[] = [];
  const open = () =>
    createPermissionUses({ store: store.uses, now: () => time, onUnwritable: (error) => errors.push(error) });
  const later = (hours: number) => {
    time += hours * HOUR;
  };
  return { store, open, later, now: () => time, errors };
}

test("each part is counted for itself and each instance, and when it was used last", () => {
  const { open, later, now } = setUp();
  const uses = open();
  uses.note("one", "network", "a.example");
  later(1);
  uses.note("one", "network", "a.example");
  uses.note("one", "webhooks", null);
  uses.note("two", "network", "a.example");
  expect(uses.of("one")).toEqual([
    { permission: "network", value: "a.example", count: 2, lastAt: now() },
    { permission: "webhooks", value: "", count: 1, lastAt: now() },
  ]);
  expect(uses.of("two")).toMatchObject([{ count: 1 }]);
});

test("after a day the count is gone, and when it was used last stays, also over a restart", () => {
  const { store, open, later, now } = setUp();
  const uses = open();
  uses.note("one", "programs", "figlet");
  later(2);
  uses.note("one", "programs", "figlet");
  const last = now();
  uses.close();
  later(23);
  expect(open().of("one")).toMatchObject([{ count: 1, lastAt: last }]);
  later(100);
  const again = open();
  again.note("two", "programs", "figlet");
  expect(again.of("one")).toMatchObject([{ count: 0, lastAt: last }]);
  expect(store.db.prepare("SELECT count(*) FROM permission_use").pluck().get()).toBe(2);
});

test("what a deleted instance used last is in nobody's way", () => {
  const { store, open, errors } = setUp();
  const uses = open();
  uses.note("one", "network", "a.example");
  store.instances.remove("one");
  uses.note("two", "network", "a.example");
  uses.close();
  expect([uses.of("one"), uses.of("two").length, errors]).toEqual([[], 1, []]);
});
