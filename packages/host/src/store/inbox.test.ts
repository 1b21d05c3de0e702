import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import type { NewDelivery } from "./inbox.ts";
import { createSecretBox } from "./secret-box.ts";

function delivery(instanceId: string, eventId: string, roomId = "!room:test"): NewDelivery {
  const sender = "@ada:test";
  const event = JSON.stringify({ type: "m.room.message", event_id: eventId, sender, content: {} });
  return { instanceId, roomId, eventId, sender, event };
}

function openStore() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  return store;
}

test("what a sync brought is stored together with its token", () => {
  const { inbox, accounts } = openStore();
  const entries = inbox.append(arrivalOf("account", "s1", [delivery("one", "$a"), delivery("two", "$a")]));
  expect(entries.map(({ instanceId, id, crashes }) => [instanceId, id, crashes])).toEqual([
    ["one", 1, 0],
    ["two", 2, 0],
  ]);
  expect(accounts.get("account")?.syncToken).toBe("s1");
  expect(inbox.page("one", "!room:test", 0, 10)).toEqual([entries[0]]);
});

test("where one delivery cannot be stored, neither the others nor the token are", () => {
  const { inbox, accounts } = openStore();
  inbox.append(arrivalOf("account", "s1", []));
  const deliveries = [delivery("one", "$a"), delivery("nobody", "$b")];
  expect(() => inbox.append(arrivalOf("account", "s2", deliveries))).toThrow("FOREIGN KEY");
  expect(inbox.count("one")).toBe(0);
  expect(accounts.get("account")?.syncToken).toBe("s1");
});

test("where the token cannot be stored, no delivery is", () => {
  const { inbox, db } = openStore();
  db.exec(
    "CREATE TRIGGER refuse BEFORE UPDATE ON account BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  );
  expect(() => inbox.append(arrivalOf("account", "s1", [delivery("one", "$a")]))).toThrow("the disk is full");
  expect(inbox.count("one")).toBe(0);
});

test("rooms come in the order of what has waited longest", () => {
  const { inbox } = openStore();
  inbox.append(
    arrivalOf("account", "s1", [
      delivery("one", "$1", "b"),
      delivery("one", "$2", "a"),
      delivery("one", "$3", "b"),
    ]),
  );
  expect(inbox.rooms("one")).toEqual(["b", "a"]);
  expect(inbox.rooms("two")).toEqual([]);
});

test("pages come oldest first, after an ID, each instance its own", () => {
  const { inbox } = openStore();
  inbox.append(
    arrivalOf(
      "account",
      "s1",
      ["$a", "$b", "$c"].map((id) => delivery("one", id)),
    ),
  );
  inbox.append(arrivalOf("account", "s2", [delivery("two", "$d"), delivery("one", "$e")]));
  const events = (after: number, limit: number) =>
    inbox.page("one", "!room:test", after, limit).map((e) => e.eventId);
  expect(events(0, 2)).toEqual(["$a", "$b"]);
  expect(events(2, 10)).toEqual(["$c", "$e"]);
  expect(events(5, 10)).toEqual([]);
});

test("acknowledged deliveries are dropped, failed ones are kept with their error", () => {
  const { inbox, db } = openStore();
  const [good, bad] = inbox.append(
    arrivalOf("account", "s1", [delivery("one", "$a"), delivery("one", "$b")]),
  );
  if (!good || !bad) throw new Error("Nothing was appended.");
  const error = { code: "ERROR", message: "boom", stack: "at plugin.ts:1" };
  inbox.settle([{ entry: good }, { entry: bad, failed: { error, at: 5 } }]);

  expect(inbox.count("one")).toBe(0);
  const kept = db.prepare("SELECT id, event, error, failed_at FROM failed_delivery").all();
  expect(kept).toEqual([{ id: bad.id, event: bad.event, error: JSON.stringify(error), failed_at: 5 }]);
});

test("crashes are counted for the deliveries that were running, and for no other", () => {
  const { inbox } = openStore();
  const entries = inbox.append(arrivalOf("account", "s1", [delivery("one", "$a"), delivery("one", "$b")]));
  inbox.addCrash(entries.slice(0, 1));
  inbox.addCrash(entries.slice(0, 1));
  expect(inbox.page("one", "!room:test", 0, 10).map(({ crashes }) => crashes)).toEqual([2, 0]);
});

test("after a restart, what comes has a higher ID than all that waits or failed", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const box = createSecretBox(randomBytes(32));
  const before = openTestStore(file, box);
  addInstances(before, ["one"]);
  const [waiting, failed] = before.inbox.append(
    arrivalOf("account", "s1", [delivery("one", "$a"), delivery("one", "$b")]),
  );
  if (!waiting || !failed) throw new Error("Nothing was appended.");
  before.inbox.settle([{ entry: failed, failed: { error: { code: "ERROR", message: "boom" }, at: 1 } }]);
  before.close();

  const after = openTestStore(file, box);
  const [next] = after.inbox.append(arrivalOf("account", "s2", [delivery("one", "$c")]));
  expect(next?.id).toBeGreaterThan(failed.id);
  expect(after.inbox.page("one", "!room:test", 0, 10).map(({ eventId }) => eventId)).toEqual(["$a", "$c"]);
});

test("a deleted instance takes its deliveries along", () => {
  const { inbox, instances } = openStore();
  inbox.append(arrivalOf("account", "s1", [delivery("one", "$a"), delivery("two", "$a")]));
  instances.remove("one");
  expect([inbox.count("one"), inbox.count("two")]).toEqual([0, 1]);
});

test("what waits from rooms that are given up is dropped and counted, and what belongs to no room stays", () => {
  const { inbox } = openStore();
  const waiting = ["!a:test", "!b:test", "schedule:report"].map((room) => delivery("one", `$${room}`, room));
  inbox.append(arrivalOf("account", "s1", [...waiting, delivery("two", "$b", "!b:test")]));
  inbox.keepRooms("one", ["!a:test"]);
  expect(inbox.rooms("one")).toEqual(["!a:test", "schedule:report"]);
  expect(inbox.skipped("one")).toBe(1);
  expect(inbox.count("two")).toBe(1);
});
