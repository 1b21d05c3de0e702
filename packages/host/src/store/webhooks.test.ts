import { join } from "node:path";
import { expect, test } from "vitest";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createWebhookStore } from "./webhooks.ts";

const DAY = 24 * 60 * 60_000;

const request = (eventId: string, instanceId = "one", event = "{}") => ({
  ...{ instanceId, roomId: "webhook:POST /hook", eventId, sender: "127.0.0.1", event },
});

function setUp() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  return store;
}

test("a request that is sent again is stored once, by each instance that it is sent to", () => {
  const { webhooks, inbox } = setUp();
  expect(webhooks.take(request("$a"), true, 1)).toMatchObject([{ id: 1, eventId: "$a" }]);
  expect(webhooks.take(request("$a"), true, 2)).toEqual([]);
  expect(webhooks.take(request("$a", "two"), true, 3)).toHaveLength(1);
  expect(webhooks.take(request("$b"), true, 4)).toHaveLength(1);
  expect([inbox.count("one"), inbox.count("two")]).toEqual([2, 1]);
});

test("it is still known when it was handled long ago, and the host was started again, for three days", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const first = openTestStore(file);
  addInstances(first, ["one"]);
  const [entry] = first.webhooks.take(request("$a"), true, 1);
  if (entry) first.inbox.settle([{ entry }]);
  first.close();

  const { webhooks } = openTestStore(file);
  expect(webhooks.take(request("$a"), true, 3 * DAY)).toEqual([]);
  expect(webhooks.take(request("$a"), true, 3 * DAY + 1)).toHaveLength(1);
});

test("a sender that names nothing may say the same thing twice", () => {
  const { webhooks } = setUp();
  expect(webhooks.take(request("$a"), false, 1)).toHaveLength(1);
  expect(webhooks.take(request("$a"), false, 2)).toHaveLength(1);
});

test("what is remembered of an instance does not grow without end", () => {
  const { webhooks, db } = setUp();
  const see = db.prepare("INSERT INTO webhook_seen (instance_id, event_id, at) VALUES (?, ?, ?)");
  db.transaction(() => {
    for (let at = 1; at <= 10_500; at++) see.run("one", `$${at}`, at);
    see.run("two", "$1", 1);
  })();
  webhooks.take(request("$new"), true, 20_000);

  expect(
    db.prepare("SELECT count(*) AS n, min(at) AS first FROM webhook_seen WHERE instance_id = 'one'").get(),
  ).toEqual({ n: 10_001, first: 501 });
  expect(webhooks.take(request("$1", "two"), true, 20_001)).toEqual([]);
});

test("what waits is counted in requests and bytes, and rooms are left out", () => {
  const { webhooks, inbox } = setUp();
  expect(webhooks.waiting("one")).toEqual({ count: 0, bytes: 0 });
  webhooks.take(request("$a", "one", '"ä"'), true, 1);
  webhooks.take(request("$b", "one", "12345"), false, 1);
  webhooks.take(request("$c", "two", "1"), false, 1);
  inbox.add({ deliveries: [{ ...request("$d"), roomId: "!room:test" }], skipped: new Map() });

  expect(webhooks.waiting("one")).toEqual({ count: 2, bytes: 9 });
});

test("a request is flushed to the disk before it counts as taken, and nothing else is", () => {
  const { inbox, db } = setUp();
  const level = () => db.pragma("synchronous", { simple: true });
  const levels: unknown[] = [];
  const add: typeof inbox.add = (brought) => {
    levels.push(level());
    return inbox.add(brought);
  };
  const webhooks = createWebhookStore(db, { ...inbox, add });

  webhooks.take(request("$a"), true, 1);
  expect(() => webhooks.take(request("$b", "nobody"), false, 2)).toThrow("FOREIGN KEY");

  const FULL = 2;
  const NORMAL = 1;
  expect(levels).toEqual([FULL, FULL]);
  expect(level()).toBe(NORMAL);
});

test("of requests that failed the newest 100 are kept, and of events all", () => {
  const { webhooks, inbox } = setUp();
  const fail = (roomId: string) => {
    const [entry] = inbox.add({ deliveries: [{ ...request("$f"), roomId }], skipped: new Map() });
    if (entry) inbox.settle([{ entry, failed: { error: { code: "ERROR", message: "no" }, at: 1 } }]);
  };
  for (let n = 0; n < 103; n++) fail("webhook:POST /hook");
  for (let n = 0; n < 3; n++) fail("!room:test");
  webhooks.take(request("$a"), true, 1);

  const kept = inbox.failed("one", 1_000);
  expect(kept.filter(({ roomId }) => roomId === "!room:test")).toHaveLength(3);
  expect(kept.filter(({ roomId }) => roomId !== "!room:test").map(({ id }) => id)).toEqual(
    Array.from({ length: 100 }, (_, index) => 103 - index),
  );
});

test("an instance takes with it what was remembered of it", () => {
  const { webhooks, instances, db } = setUp();
  webhooks.take(request("$a"), true, 1);
  instances.remove("one");

  expect(db.prepare("SELECT count(*) AS n FROM webhook_seen").get()).toEqual({ n: 0 });
});
