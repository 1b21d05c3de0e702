import type { Delivery, ErrorData } from "@rookery/plugin-sdk/protocol";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";
import { createDispatcher, type DispatcherOptions, type Runner } from "./dispatcher.ts";

/** A dispatcher over the real inbox, with instances whose handlers end when the test says so. */
function setUp(options: Partial<DispatcherOptions> = {}, instances = ["one", "two"]) {
  const store = openTestStore();
  addInstances(store, instances);
  const failed: [eventId: string, error: ErrorData][] = [];
  const dispatcher = createDispatcher({
    inbox: store.inbox,
    onFailed({ eventId }, error) {
      failed.push([eventId, error]);
      return error;
    },
    onUnwritable: () => undefined,
    ...options,
  });
  onTestFinished(() => dispatcher.close());
  const runs: { instanceId: string; delivery: Delivery }[] = [];
  const aborted: number[] = [];
  let token = 0;

  /** Each event is written as `room/event`. */
  function say(instanceId: string, ...events: string[]) {
    const deliveries = events.map((text) => {
      const [roomId = "", eventId = ""] = text.split("/");
      const sender = "@ada:test";
      const event = JSON.stringify({ type: "m.room.message", event_id: eventId, sender, content: {} });
      return { instanceId, roomId, eventId, sender, event };
    });
    dispatcher.arrived(store.inbox.append(arrivalOf("account", `s${++token}`, deliveries)));
  }

  function attach(instanceId: string, group = instanceId, more: Partial<Runner> = {}) {
    dispatcher.attach(instanceId, group, {
      run: (delivery) => void runs.push({ instanceId, delivery }),
      abort: (id) => void aborted.push(id),
      senderName: () => null,
      isTooOld: () => false,
      ...more,
    });
  }

  const eventOf = (delivery: Delivery) => (JSON.parse(delivery.event) as { event_id: string }).event_id;
  /** The events that were handed over, oldest first. */
  const ran = (instanceId = "one") =>
    runs.filter((run) => run.instanceId === instanceId).map(({ delivery }) => eventOf(delivery));

  /** The newest run of an event ends. */
  function finish(eventId: string, error?: ErrorData) {
    const run = runs.findLast(({ delivery }) => eventOf(delivery) === eventId);
    if (!run) throw new Error(`${eventId} did not run.`);
    const { id } = run.delivery;
    dispatcher.settled(run.instanceId, {
      id,
      ran: [],
      status: error ? "failed" : "done",
      ...(error ? { error } : {}),
    });
  }
  return { ...store, dispatcher, runs, failed, aborted, say, attach, ran, finish };
}

test("within a room the next event waits for the one before", () => {
  const { say, attach, ran, finish } = setUp();
  attach("one");
  say("one", "a/1", "a/2", "a/3");
  expect(ran()).toEqual(["1"]);
  finish("1");
  expect(ran()).toEqual(["1", "2"]);
  finish("2");
  expect(ran()).toEqual(["1", "2", "3"]);
});

test("rooms run side by side, and so do instances", () => {
  const { say, attach, ran, finish } = setUp();
  attach("one");
  attach("two");
  say("one", "a/1", "b/2", "a/3");
  say("two", "a/4");
  expect([ran("one"), ran("two")]).toEqual([["1", "2"], ["4"]]);
  finish("2");
  finish("1");
  expect(ran("one")).toEqual(["1", "2", "3"]);
});

test("no more than 64 events of an instance run at once", () => {
  const { say, attach, ran, finish } = setUp();
  attach("one");
  say("one", ...Array.from({ length: 100 }, (_, i) => `room${i}/${i}`));
  expect(ran()).toHaveLength(64);
  finish("7");
  expect(ran()).toHaveLength(65);
});

test("what waited on the disk runs first, then what comes", () => {
  const { say, attach, ran, finish } = setUp();
  say("one", "a/1", "b/2");
  attach("one");
  say("one", "a/3");
  expect(ran()).toEqual(["1", "2"]);
  finish("1");
  expect(ran()).toEqual(["1", "2", "3"]);
});

test("thousands of waiting events run all, once, each room in order, with a bounded part in memory", () => {
  const pages: number[] = [];
  const store = openTestStore();
  addInstances(store, ["one"]);
  const order = new Map<string, number[]>();
  let count = 0;
  const dispatcher = createDispatcher({
    inbox: {
      ...store.inbox,
      page(id, roomId, after, limit) {
        pages.push(limit);
        return store.inbox.page(id, roomId, after, limit);
      },
    },
    onFailed: (_entry, error) => error,
    onUnwritable: () => undefined,
  });
  const event = (i: number) => ({
    ...{ instanceId: "one", roomId: `room${i % 7}`, eventId: `$${i}`, sender: "@a:test" },
    event: JSON.stringify({ event_id: `$${i}`, sender: "@a:test", i }),
  });
  store.inbox.append(
    arrivalOf(
      "account",
      "s1",
      Array.from({ length: 5_000 }, (_, i) => event(i)),
    ),
  );
  const waiting: Delivery[] = [];
  dispatcher.attach("one", "one", {
    run: (delivery) => void waiting.push(delivery),
    abort: () => undefined,
    senderName: () => null,
    isTooOld: () => false,
  });
  for (let delivery = waiting.shift(); delivery; delivery = waiting.shift()) {
    const { i } = JSON.parse(delivery.event) as { i: number };
    order.set(delivery.roomId, [...(order.get(delivery.roomId) ?? []), i]);
    if (++count === 2_500) dispatcher.arrived(store.inbox.append(arrivalOf("account", "s2", [event(5_000)])));
    dispatcher.settled("one", { id: delivery.id, status: "done", ran: [] });
  }
  dispatcher.close();
  expect(count).toBe(5_001);
  for (const ran of order.values()) expect(ran).toEqual([...ran].sort((a, b) => a - b));
  expect(Math.max(...pages)).toBeLessThanOrEqual(32);
  expect(store.inbox.count("one")).toBe(0);
});

test("a flood is not lost when it is larger than what memory holds", () => {
  const { say, attach, runs, dispatcher, inbox } = setUp();
  attach("one");
  for (let batch = 0; batch < 30; batch++) {
    say("one", ...Array.from({ length: 100 }, (_, i) => `room${i % 10}/${batch * 100 + i}`));
  }
  const done = new Set<string>();
  for (let i = 0; i < runs.length; i++) {
    const delivery = runs[i]?.delivery;
    if (!delivery) break;
    done.add(delivery.event);
    dispatcher.settled("one", { id: delivery.id, status: "done", ran: [] });
  }
  dispatcher.close();
  expect([done.size, runs.length, inbox.count("one")]).toEqual([3_000, 3_000, 0]);
});

test("an event is on the disk until it is acknowledged, and a failed one is kept with its error", async () => {
  const { say, attach, finish, inbox, db, failed, dispatcher } = setUp();
  attach("one");
  say("one", "a/1", "b/2");
  expect(inbox.count("one")).toBe(2);
  finish("1");
  finish("2", { code: "ERROR", message: "boom" });
  await eventually("the acknowledgements to be written", () => inbox.count("one") === 0);
  expect(db.prepare("SELECT error FROM failed_delivery").pluck().all()).toEqual([
    '{"code":"ERROR","message":"boom"}',
  ]);
  expect(failed).toEqual([["2", { code: "ERROR", message: "boom" }]]);
  expect(dispatcher.counts("one")).toEqual({ received: 2, failed: 1 });
});

test("what ended just before a restart does not run again", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one");
  say("one", "a/1");
  finish("1");
  dispatcher.detach("one");
  attach("one");
  expect(ran()).toEqual(["1"]);
});

test("what had not ended when its instance was stopped runs again when it is back, and costs nothing", () => {
  const { say, attach, ran, dispatcher, inbox } = setUp();
  attach("one");
  say("one", "a/1", "a/2");
  dispatcher.detach("one");
  say("one", "a/3");
  attach("one");
  expect(ran()).toEqual(["1", "1"]);
  expect(inbox.page("one", "a", 0, 10).map(({ crashes }) => crashes)).toEqual([0, 0, 0]);
});

test("an end that is told twice, or of another's event, changes nothing", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one");
  attach("two");
  say("one", "a/1", "a/2", "a/3");
  dispatcher.settled("two", { id: 1, status: "done", ran: [] });
  expect(ran()).toEqual(["1"]);
  finish("1");
  dispatcher.settled("one", { id: 1, status: "done", ran: [] });
  expect(ran()).toEqual(["1", "2"]);
});

test("after its worker died an event runs again, with nothing beside it until it has ended", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one", "plugin");
  attach("two", "plugin");
  say("one", "a/1", "b/2");
  say("two", "c/3");
  for (const id of ["one", "two"]) dispatcher.lost(id, "Its worker failed: no.");
  attach("one", "plugin");
  attach("two", "plugin");
  expect([ran("one"), ran("two")]).toEqual([["1", "2", "1"], ["3"]]);
  finish("1");
  expect([ran("one"), ran("two")]).toEqual([["1", "2", "1", "2"], ["3"]]);
  finish("2");
  expect([ran("one"), ran("two")]).toEqual([
    ["1", "2", "1", "2"],
    ["3", "3"],
  ]);
});

test("a suspect waits for what runs beside it, and then has its turn before anything new", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one", "plugin");
  say("one", "a/1");
  dispatcher.lost("one", "Its worker failed: no.");
  attach("two", "plugin");
  say("two", "c/2", "d/3", "c/4");
  attach("one", "plugin");
  expect([ran("one"), ran("two")]).toEqual([["1"], ["2", "3"]]);
  finish("2");
  expect([ran("one"), ran("two")]).toEqual([["1"], ["2", "3"]]);
  finish("3");
  expect([ran("one"), ran("two")]).toEqual([
    ["1", "1"],
    ["2", "3"],
  ]);
  finish("1");
  expect([ran("one"), ran("two")]).toEqual([
    ["1", "1"],
    ["2", "3", "4"],
  ]);
});

test("a busy room of its own instance does not keep a suspect waiting for ever", () => {
  const { say, attach, ran, finish, inbox } = setUp();
  say("one", "a/1", "a/2", "b/3");
  inbox.addCrash(inbox.page("one", "b", 0, 1));
  attach("one");
  expect(ran()).toEqual(["1"]);
  finish("1");
  expect(ran()).toEqual(["1", "3"]);
  finish("3");
  expect(ran()).toEqual(["1", "3", "2"]);
});

test("when the instance of a waiting suspect is stopped, the others go on", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one", "plugin");
  say("one", "a/1");
  dispatcher.lost("one", "Its worker failed: no.");
  attach("two", "plugin");
  say("two", "c/2", "c/3");
  attach("one", "plugin");
  dispatcher.detach("one");
  finish("2");
  expect(ran("two")).toEqual(["2", "3"]);
});

test("an event that took its worker along three times is given up, and the others run", () => {
  const { say, attach, ran, failed, dispatcher, inbox, finish } = setUp();
  say("one", "a/1", "a/2");
  for (let crash = 1; crash <= 3; crash++) {
    attach("one");
    dispatcher.lost("one", "Its worker failed: no.");
  }
  expect(failed).toEqual([
    [
      "1",
      {
        code: "WORKER_LOST",
        message:
          "The worker ended 3 times while this event was handled; the last time: Its worker failed: no.",
      },
    ],
  ]);
  attach("one");
  expect(ran()).toEqual(["1", "1", "1", "2"]);
  finish("2");
  dispatcher.close();
  expect(inbox.count("one")).toBe(0);
});

test("a handler that does not end is given up after its time, its signal aborted, and its room goes on", async () => {
  let now = 0;
  const { say, attach, ran, failed, aborted } = setUp({ now: () => now, handlerTimeoutMs: 20 });
  attach("one");
  say("one", "a/1", "a/2");
  now = 19;
  say("one", "b/3");
  now = 20;
  await eventually("the first to be given up", () => failed.length > 0);
  expect(failed[0]?.[1].code).toBe("DEADLINE");
  expect(aborted).toEqual([1]);
  expect(ran()).toEqual(["1", "3", "2"]);
});

test("draining hands over nothing new, and ends when nothing runs any more", async () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  attach("one");
  attach("two");
  say("one", "a/1", "a/2");
  say("two", "a/3", "a/4");
  const drained = dispatcher.drain(60_000, "one");
  finish("3");
  finish("1");
  await drained;
  expect([ran("one"), ran("two")]).toEqual([["1"], ["3", "4"]]);
});

test("draining waits no longer than its deadline", async () => {
  const { say, attach, dispatcher } = setUp();
  attach("one");
  say("one", "a/1");
  await dispatcher.drain(20);
  expect(dispatcher.running("one", 1)).toBeDefined();
});

test("a drain ends when the worker does", async () => {
  const { say, attach, dispatcher } = setUp();
  attach("one");
  say("one", "a/1");
  const drained = dispatcher.drain(60_000);
  dispatcher.lost("one", "Its worker failed: no.");
  await drained;
});

test("an event whose sender's name is still being asked for runs with it, unless its instance is gone", async () => {
  const { say, attach, runs, dispatcher } = setUp();
  const name = Promise.withResolvers<string>();
  attach("one", "one", { senderName: () => name.promise });
  attach("two", "two", { senderName: () => name.promise });
  say("one", "a/1");
  say("two", "a/1");
  dispatcher.lost("two", "Its worker failed: no.");
  name.resolve("Ada");
  await name.promise;
  expect(runs.map(({ instanceId, delivery }) => [instanceId, delivery.senderName])).toEqual([["one", "Ada"]]);
});

test("a delivery is its own instance's, while it runs", () => {
  const { say, attach, finish, dispatcher } = setUp();
  attach("one");
  attach("two");
  say("one", "a/1");
  expect(dispatcher.running("one", 1)?.entry.eventId).toBe("1");
  expect(dispatcher.running("two", 1)).toBeUndefined();
  finish("1");
  expect(dispatcher.running("one", 1)).toBeUndefined();
});

const later = (seconds: number): ErrorData => ({
  code: "RETRY_LATER",
  message: "not yet",
  data: { seconds },
});

test("a handler that asks for later gets the event again then, and the room goes on meanwhile", async () => {
  const { say, attach, ran, finish, failed, inbox } = setUp();
  attach("one");
  say("one", "a/1", "a/2");
  finish("1", later(0.05));
  expect(ran()).toEqual(["1", "2"]);
  finish("2");
  await eventually("the second run", () => ran().length === 3);
  expect(ran()).toEqual(["1", "2", "1"]);
  finish("1");
  await eventually("the acknowledgement", () => inbox.count("one") === 0);
  expect(failed).toEqual([]);
});

test("what is to run later is remembered across a restart", async () => {
  const { say, attach, ran, finish, dispatcher, inbox } = setUp();
  attach("one");
  say("one", "a/1");
  finish("1", later(0.2));
  await eventually("the note on the disk", () => inbox.page("one", "a", 0, 1)[0]?.attempts === 1);
  dispatcher.detach("one");
  attach("one");
  expect(ran()).toEqual(["1"]);
  await eventually("the second run", () => ran().length === 2);
});

test.each([
  ["no number", "soon"],
  ["a number below zero", -1],
])("a request for later with %s has failed", async (_what, seconds) => {
  const { say, attach, finish, failed } = setUp();
  attach("one");
  say("one", "a/1");
  finish("1", { code: "RETRY_LATER", message: "not yet", data: { seconds } });
  expect(failed).toHaveLength(1);
});

test("what waited on the disk past its time is skipped, and counted", async () => {
  const { say, attach, ran, inbox } = setUp();
  say("one", "a/old", "a/new");
  attach("one", "one", { isTooOld: ({ eventId }) => eventId === "old" });
  expect(ran()).toEqual(["new"]);
  await eventually("the count", () => inbox.skipped("one") === 1);
});

test("acknowledgements that cannot be written are kept, do not run again, and are written later", async () => {
  const problems: unknown[] = [];
  let full = true;
  const store = openTestStore();
  addInstances(store, ["one"]);
  const dispatcher = createDispatcher({
    inbox: {
      ...store.inbox,
      settle(done) {
        if (full) throw new Error("the disk is full");
        store.inbox.settle(done);
      },
    },
    onFailed: (_entry, error) => error,
    onUnwritable: (error) => void problems.push(error),
  });
  onTestFinished(() => dispatcher.close());
  const ran: number[] = [];
  const attach = () =>
    dispatcher.attach("one", "one", {
      run: ({ id }) => void ran.push(id),
      ...{ abort: () => undefined, senderName: () => null, isTooOld: () => false },
    });
  attach();
  const delivery = { instanceId: "one", roomId: "a", eventId: "$1", sender: "@ada:test" };
  const event = JSON.stringify({ event_id: "$1", sender: "@ada:test" });
  dispatcher.arrived(store.inbox.append(arrivalOf("account", "s1", [{ ...delivery, event }])));
  dispatcher.settled("one", { id: ran[0] ?? 0, status: "done", ran: [] });
  await eventually("the failure", () => problems.length > 0);
  dispatcher.detach("one");
  attach();
  expect(ran).toHaveLength(1);
  expect(store.inbox.count("one")).toBe(1);
  full = false;
  await eventually("the acknowledgement", () => store.inbox.count("one") === 0);
});

test("a room with a long backlog does not keep the other rooms waiting", () => {
  const { say, attach, ran, finish } = setUp();
  say("one", ...Array.from({ length: 3_000 }, (_, i) => `long/l${i}`));
  say("one", "short/s0", "short/s1");
  attach("one");
  expect(ran()).toEqual(["l0", "s0"]);
  finish("s0");
  expect(ran()).toEqual(["l0", "s0", "s1"]);
  say("one", "new/n0", "long/l3000");
  expect(ran()).toEqual(["l0", "s0", "s1", "n0"]);
});

test("what is read from the disk later is not what ran already", () => {
  const { say, attach, ran, finish, inbox, dispatcher } = setUp();
  attach("one");
  const events = Array.from({ length: 100 }, (_, i) => `a/${i}`);
  say("one", ...events.slice(0, 1));
  say("one", ...events.slice(1));
  for (const event of events) finish(event.slice(2));
  expect(ran()).toEqual(events.map((event) => event.slice(2)));
  dispatcher.close();
  expect(inbox.count("one")).toBe(0);
});

test("an event waits from when it is stored until its handler begins, and after a request for later again", () => {
  const { say, attach, ran, finish, dispatcher } = setUp();
  const [first, second] = [1, 2];
  say("one", "a/1", "a/2");
  expect(dispatcher.isWaiting("one", first)).toBe(true);
  attach("one");
  expect(ran()).toEqual(["1"]);
  expect([first, second].map((id) => dispatcher.isWaiting("one", id))).toEqual([false, true]);
  finish("1");
  finish("2", later(60));
  expect([first, second].map((id) => dispatcher.isWaiting("one", id))).toEqual([false, true]);
});
