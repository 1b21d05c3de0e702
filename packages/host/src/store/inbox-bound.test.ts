import { randomBytes } from "node:crypto";
import { scheduleLane, webhookLane } from "@rookery/plugin-sdk/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";
import type { NewDelivery } from "./inbox.ts";
import type { InboxBoundOptions } from "./inbox-bound.ts";
import { createStore } from "./index.ts";
import { createSecretBox } from "./secret-box.ts";

function openStore(bounds: InboxBoundOptions = {}) {
  const store = openTestStore(":memory:", createSecretBox(randomBytes(32)), bounds);
  addInstances(store, ["one", "two"]);
  return store;
}

let events = 0;

function say(instanceId: string, count: number, sentAt = 0): NewDelivery[] {
  return Array.from({ length: count }, () => {
    const [eventId, sender] = [`$${++events}`, "@ada:test"];
    const event = {
      type: "m.room.message",
      event_id: eventId,
      sender,
      origin_server_ts: sentAt,
      content: {},
    };
    return { instanceId, roomId: "!a:test", eventId, sender, event: JSON.stringify(event) };
  });
}

const idsOf = (deliveries: NewDelivery[]) => deliveries.map(({ eventId }) => eventId);

test("what comes beyond the bound is refused, the newest, and counted for its instance", () => {
  const { inbox, overflows } = openStore({ entries: 3, now: () => 7 });
  const [one, two] = [say("one", 5), say("two", 1)];
  const stored = inbox.append(arrivalOf("account", "s1", [...one, ...two]));
  expect(idsOf(stored)).toEqual(idsOf([...one.slice(0, 3), ...two]));
  expect([overflows.refused("one"), overflows.refused("two")]).toEqual([2, 0]);
  expect(overflows.list()).toEqual([{ instanceId: "one", refused: 2, since: 7, lastAt: 7 }]);
});

test("a page of a gap is bounded like a sync; what the host itself adds, and what is run again by hand, finds its place", () => {
  const { inbox, overflows } = openStore({ entries: 2 });
  const gap = { accountId: "account", roomId: "!a:test", from: "s1", to: "s2", untilJoin: false };
  const page = { deliveries: say("one", 3), joins: [], skipped: new Map() };
  const [first] = inbox.appendPage(gap, null, page);
  if (!first) throw new Error("Nothing was stored.");
  expect([inbox.count("one"), overflows.refused("one")]).toEqual([2, 1]);
  inbox.settle([{ entry: first, failed: { error: { code: "ERROR", message: "boom" }, at: 1 } }]);
  inbox.append(arrivalOf("account", "s3", say("one", 1)));
  inbox.add({ deliveries: say("one", 1), skipped: new Map() });
  inbox.rerun("one", first.id);
  expect([inbox.count("one"), overflows.refused("one")]).toEqual([4, 1]);
});

test("what was refused is counted with the token of its sync: both or neither", () => {
  const { inbox, accounts, overflows, db } = openStore({ entries: 3 });
  inbox.append(arrivalOf("account", "s1", say("one", 1)));
  db.exec(
    "CREATE TRIGGER refuse BEFORE UPDATE ON account BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  );
  expect(() => inbox.append(arrivalOf("account", "s2", say("one", 5)))).toThrow("the disk is full");
  expect([inbox.count("one"), overflows.refused("one"), overflows.list()]).toEqual([1, 0, []]);
  db.exec("DROP TRIGGER refuse");
  expect(inbox.append(arrivalOf("account", "s2", say("one", 5)))).toHaveLength(2);
  expect([overflows.refused("one"), accounts.get("account")?.syncToken]).toEqual([3, "s2"]);

  db.exec(
    "CREATE TRIGGER refuse BEFORE INSERT ON overflow BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  );
  expect(() => inbox.append(arrivalOf("account", "s3", say("one", 1)))).toThrow("the disk is full");
  expect([overflows.refused("one"), accounts.get("account")?.syncToken]).toEqual([3, "s2"]);
});

test("it is told once that events are refused, and once that there is room again, for each time that it comes to that", () => {
  const told: unknown[] = [];
  const { inbox } = openStore({
    entries: 20,
    onFull: (...what) => void told.push(["full", ...what]),
    onRoom: (...what) => void told.push(["room", ...what]),
  });
  const stored = inbox.append(arrivalOf("account", "s1", say("one", 22)));
  inbox.append(arrivalOf("account", "s2", say("one", 12)));
  expect(told).toEqual([["full", "one", 20]]);
  // One place is taken again at once: that is no room yet.
  inbox.settle(stored.slice(0, 1).map((entry) => ({ entry })));
  stored.push(...inbox.append(arrivalOf("account", "s3", say("one", 2))));
  expect(told).toHaveLength(1);
  inbox.settle(stored.slice(1, 3).map((entry) => ({ entry })));
  expect(told.slice(1)).toEqual([["room", "one", 15]]);
  inbox.append(arrivalOf("account", "s4", say("one", 3)));
  expect(told.slice(2)).toEqual([["full", "one", 20]]);
});

test("what the operator took note of is no longer told, and still counted; what is refused later is told anew", () => {
  let now = 5;
  const { inbox, overflows } = openStore({ entries: 1, now: () => now });
  inbox.append(arrivalOf("account", "s1", say("one", 3)));
  overflows.dismiss("one");
  expect([overflows.list(), overflows.refused("one")]).toEqual([[], 2]);
  now = 9;
  inbox.append(arrivalOf("account", "s2", say("one", 1)));
  now = 11;
  inbox.append(arrivalOf("account", "s3", say("one", 1)));
  expect(overflows.list()).toEqual([{ instanceId: "one", refused: 2, since: 9, lastAt: 11 }]);
  expect(overflows.refused("one")).toBe(4);
});

test("an instance that does not run keeps no place for what is too old to be answered", () => {
  let [now, before] = [1_000_000, 500 as number | null];
  const { inbox, overflows, db } = openStore({ entries: 4, now: () => now, tooOldBefore: () => before });
  const [old, tried, again, young] = [...say("one", 3, 100), ...say("one", 1, 900)];
  const stored = inbox.append(arrivalOf("account", "s1", [old, tried, again, young] as NewDelivery[]));
  // A run was begun, or asked for: those two are over only when they have run.
  inbox.addCrash(stored.slice(1, 2));
  db.prepare("UPDATE inbox SET run = 1 WHERE id = ?").run(stored[2]?.id);

  const next = say("one", 2, 950);
  expect(idsOf(inbox.append(arrivalOf("account", "s2", next)))).toEqual(idsOf(next.slice(0, 1)));
  expect(idsOf(inbox.page("one", "!a:test", 0, 9))).toEqual(
    idsOf([tried, again, young, next[0]] as NewDelivery[]),
  );
  expect([inbox.skipped("one"), overflows.refused("one")]).toEqual([1, 1]);

  // Looked for every ten minutes, and not while the entries are being handed over.
  before = 920;
  inbox.append(arrivalOf("account", "s3", say("one", 1, 950)));
  expect([inbox.skipped("one"), overflows.refused("one")]).toEqual([1, 2]);
  now += 10 * 60_000;
  before = null;
  inbox.append(arrivalOf("account", "s4", say("one", 1, 950)));
  expect([inbox.skipped("one"), overflows.refused("one")]).toEqual([1, 3]);
  before = 920;
  inbox.append(arrivalOf("account", "s5", say("one", 1, 950)));
  expect([inbox.skipped("one"), overflows.refused("one")]).toEqual([2, 3]);
});

test("what came to a webhook, or is due by a schedule, keeps its place however old: its sender was told that it is taken", () => {
  const { inbox, overflows } = openStore({ entries: 3, tooOldBefore: () => 500 });
  const lanes = [webhookLane({ method: "POST", path: "/push" }), scheduleLane("daily")];
  const kept = lanes.flatMap((roomId) => say("one", 1, 100).map((delivery) => ({ ...delivery, roomId })));
  inbox.append(arrivalOf("account", "s1", [...kept, ...say("one", 1, 100)]));
  inbox.append(arrivalOf("account", "s2", say("one", 1, 900)));
  expect(lanes.map((roomId) => idsOf(inbox.page("one", roomId, 0, 9)))).toEqual(
    kept.map(({ eventId }) => [eventId]),
  );
  expect([inbox.skipped("one"), overflows.refused("one")]).toEqual([1, 0]);
});

test("whatever comes, ends, fails, restarts or goes, the count is that of the disk, and nothing is lost uncounted", () => {
  const id = fc.constantFrom("one", "two");
  const few = fc.nat({ max: 7 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("come" as const), id, n: few }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("end" as const), id, n: few }) },
    fc.record({
      do: fc.constantFrom("fail", "rerun", "later", "due", "leave", "break", "restart", "replace" as const),
      id,
      n: few,
    }),
  );
  const box = createSecretBox(randomBytes(32));
  const opened = openTestStore(":memory:", box, { entries: 6 });
  addInstances(opened, ["one", "two"]);

  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let store = createStore(opened.db, box, { entries: 6 });
      for (const row of store.instances.list()) {
        store.instances.remove(row.id);
        store.instances.insert(row);
      }
      const waiting = new Map([
        ["one", [] as string[]],
        ["two", []],
      ]);
      const refused = new Map([
        ["one", 0],
        ["two", 0],
      ]);
      const entries = (instanceId: string) => store.inbox.page(instanceId, "!a:test", 0, 1_000);

      for (const { do: what, id, n } of steps) {
        const model = waiting.get(id) ?? [];
        const offered = say(id, n);
        if (what === "come") {
          store.inbox.append(arrivalOf("account", "s", offered));
          const room = Math.max(0, 6 - model.length);
          model.push(...idsOf(offered).slice(0, room));
          refused.set(id, (refused.get(id) ?? 0) + Math.max(0, n - room));
        } else if (what === "end") {
          store.inbox.settle(
            entries(id)
              .slice(0, n)
              .map((entry) => ({ entry })),
          );
          model.splice(0, n);
        } else if (what === "fail") {
          const failed = { error: { code: "ERROR", message: "boom" }, at: 1 };
          store.inbox.settle(
            entries(id)
              .slice(0, 1)
              .map((entry) => ({ entry, failed })),
          );
          model.splice(0, 1);
        } else if (what === "rerun") {
          const entry = store.inbox.rerun(id, store.inbox.failed(id, 1)[0]?.id ?? 0);
          if (entry) model.push(entry.eventId);
        } else if (what === "later") {
          store.inbox.settle(entries(id).map((entry) => ({ entry, retryAt: 5 })));
        } else if (what === "due") {
          store.inbox.add({ deliveries: offered.slice(0, 1), skipped: new Map() });
          model.push(...idsOf(offered.slice(0, 1)));
        } else if (what === "leave") {
          store.inbox.keepRooms(id, ["!b:test"]);
          model.length = 0;
        } else if (what === "break") {
          const arrival = arrivalOf("account", "s", [...offered, ...say("nobody", 1)]);
          expect(() => store.inbox.append(arrival)).toThrow("FOREIGN KEY");
        } else if (what === "restart") {
          store = createStore(opened.db, box, { entries: 6 });
        } else {
          const row = store.instances.get(id);
          store.instances.remove(id);
          if (row) store.instances.insert(row);
          model.length = 0;
          refused.set(id, 0);
        }
        for (const each of ["one", "two"]) {
          expect(idsOf(entries(each))).toEqual(waiting.get(each));
          expect(store.inbox.count(each)).toBe(waiting.get(each)?.length);
          expect(store.overflows.refused(each)).toBe(refused.get(each));
        }
      }
    }),
    { numRuns: 150 },
  );
});
