import { expect, onTestFinished, test } from "vitest";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { TraceReason } from "../store/delivery-traces.ts";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";
import { createDeliveryTrace, type DeliveryTrace, noteCall } from "./delivery-trace.ts";
import type { InFlight } from "./dispatcher.ts";

function setUp() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  const errors: unknown[] = [];
  const open = () => {
    const trace = createDeliveryTrace({
      ...{ store: store.traces, nextId: store.inbox.takeId },
      onUnwritable: (error) => void errors.push(error),
    });
    onTestFinished(trace.close);
    return trace;
  };
  let token = 0;

  /** An event that runs, with a text that nobody must find again. */
  function run(eventId: string, more: object = {}): InFlight {
    const content = { body: "a private text", ...more };
    const event = {
      type: "m.room.message",
      event_id: eventId,
      sender: "@ada:test",
      origin_server_ts: 5,
      content,
    };
    const delivery = { instanceId: "one", roomId: "!a:test", eventId, sender: "@ada:test" };
    const arrival = arrivalOf("account", `s${++token}`, [{ ...delivery, event: JSON.stringify(event) }]);
    const [entry] = store.inbox.append(arrival);
    if (!entry) throw new Error("It was not stored.");
    return { entry, since: 1_000, writes: 0, calls: [], callsLeftOut: 0 };
  }

  const end = { ran: ["!hello"], told: undefined, error: undefined, at: 1_030 };
  const said = (eventId: string): RoomEvent => ({
    ...{ type: "m.room.message", event_id: eventId, sender: "@ada:test", origin_server_ts: 5 },
    content: { body: "a private text" },
  });
  const skip = (trace: DeliveryTrace, id: string, eventId: string, reason: TraceReason = "own", at = 8) =>
    trace.skippedBy(id)(trace.toSkipped("!a:test", said(eventId), reason, at));
  const all = (trace = open(), limit = 1_000) =>
    trace.list("one", Number.MAX_SAFE_INTEGER, ["done", "failed", "skipped"], limit);
  return { store, errors, open, run, end, skip, all };
}

test("a delivery leaves its names, its times and what it called, and not what was said", () => {
  const { store, open, run, end, all } = setUp();
  const trace = open();
  const delivery = run("$1");
  const call = noteCall(delivery, "event.send");
  Object.assign(call ?? {}, { afterMs: 2, durationMs: 9, eventId: "$answer" });
  trace.ended(delivery, end);
  const [traced] = all(trace);
  expect(traced).toEqual({
    ...{ id: 1, state: "done", endedAt: 1_030, eventId: "$1", roomId: "!a:test", sender: "@ada:test" },
    ...{ type: "m.room.message", sentAt: 5, reason: null, handlers: ["!hello"], attempts: 1 },
    ...{ startedAt: 1_000, durationMs: 30, callsLeftOut: 0, error: null },
    calls: [{ method: "event.send", afterMs: 2, durationMs: 9, eventId: "$answer" }],
  });
  expect(trace.get("one", 1)).toEqual(traced);
  expect(JSON.stringify(store.db.prepare("SELECT * FROM trace_batch").all())).not.toContain("private");
});

test("of a flood the last 500 are written, and no more", () => {
  const { store, open, run, end, all } = setUp();
  const trace = open();
  const written = () => store.db.prepare<[], { n: number }>("SELECT total_changes() AS n").get()?.n ?? 0;
  const runs = Array.from({ length: 3_000 }, (_, n) => run(`$${n}`));
  const before = written();
  for (const delivery of runs) trace.ended(delivery, end);
  expect(written()).toBe(before);
  expect(all(trace).map(({ eventId }) => eventId)).toEqual(
    Array.from({ length: 500 }, (_, n) => `$${2_999 - n}`),
  );
  expect(written() - before).toBeLessThan(2_000);
});

test("of many small batches the last 500 traces and a few more are kept, and fewer of long ones", () => {
  const { store, run, end } = setUp();
  const traced = (eventId: string, error: string | null = null) => {
    const { entry } = run(eventId);
    return {
      ...{
        id: entry.id,
        state: "done" as const,
        endedAt: end.at,
        eventId,
        roomId: "!a:test",
        sender: "@ada:test",
      },
      ...{ type: "m.room.message", sentAt: 5, reason: null, handlers: [], startedAt: 1, durationMs: 1 },
      ...{
        attempts: 1,
        calls: [],
        callsLeftOut: 0,
        error: error === null ? null : { code: "E", message: error },
      },
    };
  };
  const kept = () => {
    const ids = store.traces
      .page("one", Number.MAX_SAFE_INTEGER, ["done"], 10_000)
      .map(({ eventId }) => eventId);
    return { count: ids.length, newest: ids[0] };
  };
  for (let n = 0; n < 900; n++) store.traces.keep(new Map([["one", [traced(`$${n}`)]]]));
  expect(kept().newest).toBe("$899");
  expect(kept().count).toBeGreaterThanOrEqual(500);
  expect(kept().count).toBeLessThanOrEqual(600);
  for (let n = 0; n < 300; n++) {
    store.traces.keep(new Map([["one", [traced(`$long${n}`, "x".repeat(20_000))]]]));
  }
  expect(kept().newest).toBe("$long299");
  expect(kept().count).toBeLessThanOrEqual(201);
});

test("a delivery that ran again is there once, as it ended last", () => {
  const { open, run, end, all } = setUp();
  const trace = open();
  const delivery = run("$1");
  trace.ended(delivery, { ...end, error: { code: "ERROR", message: "No." } });
  expect(all(trace)).toMatchObject([{ id: 1, state: "failed" }]);
  trace.ended(run("$2"), end);
  trace.ended(delivery, end);
  expect(all(trace)).toMatchObject([{ eventId: "$2" }, { id: 1, state: "done", error: null }]);
});

test("what is not for the instance is kept in memory, the last 200 of it, and is there after a restart", () => {
  const { store, open, skip, all } = setUp();
  const trace = open();
  const rows = () => store.db.prepare("SELECT * FROM skipped_events").all() as { events: string }[];
  for (let n = 0; n < 450; n++) skip(trace, "one", `$${n}`, "no-handler", 7);
  expect(rows()).toEqual([]);
  const before = all(trace);
  expect(before.map(({ eventId }) => eventId)).toEqual(Array.from({ length: 200 }, (_, n) => `$${449 - n}`));
  expect(before[0]).toMatchObject({
    state: "skipped",
    reason: "no-handler",
    endedAt: 7,
    sentAt: 5,
    attempts: 0,
  });
  trace.close();
  expect(rows()).toHaveLength(1);
  expect(rows()[0]?.events).not.toContain("private");
  const again = open();
  expect(all(again)).toEqual(before);
  skip(again, "one", "$next");
  expect(
    all(again)
      .map(({ eventId }) => eventId)
      .slice(0, 2),
  ).toEqual(["$next", "$449"]);
});

test("no ID is given twice, also after a restart with nothing in the inbox", async () => {
  const { store, open, run, end, skip } = setUp();
  const trace = open();
  trace.ended(run("$1"), end);
  skip(trace, "one", "$2");
  trace.close();
  store.db.prepare("DELETE FROM inbox").run();
  const { createInbox } = await import("../store/inbox.ts");
  const { createInboxBound } = await import("../store/inbox-bound.ts");
  expect(createInbox(store.db, createInboxBound(store.db, store.overflows)).takeId()).toBe(3);
});

test("only what was asked for is listed, page by page and without the other instance's", () => {
  const { open, run, end, skip } = setUp();
  const trace = open();
  const error = { code: "ERROR", message: "It broke.", stack: "at plugin.ts:1" };
  for (let n = 0; n < 6; n++) {
    trace.ended(run(`$done${n}`), end);
    trace.ended(run(`$failed${n}`), { ...end, error });
    skip(trace, "one", `$skipped${n}`);
    skip(trace, "two", `$other${n}`);
  }
  const names = (states: Parameters<typeof trace.list>[2], before = 1_000) =>
    trace.list("one", before, states, 4).map(({ eventId }) => eventId);
  expect(names(["failed"])).toEqual(["$failed5", "$failed4", "$failed3", "$failed2"]);
  const [, , , last] = trace.list("one", 1_000, ["failed", "skipped"], 4);
  expect(names(["failed", "skipped"])).toEqual(["$skipped5", "$failed5", "$skipped4", "$failed4"]);
  expect(names(["failed", "skipped"], last?.id)[0]).toBe("$skipped3");
  expect(trace.list("one", 1_000, ["failed"], 1)[0]).toMatchObject({ state: "failed", error });
  trace.forget("two");
  expect(trace.list("two", 1_000, ["skipped"], 4)).toEqual([]);
});

test("a delivery that calls the host without end is noted up to a bound", () => {
  const { run } = setUp();
  const delivery = run("$1");
  for (let n = 0; n < 40; n++) noteCall(delivery, "event.send");
  expect([delivery.calls.length, delivery.callsLeftOut]).toEqual([32, 8]);
});

test("what cannot be written is kept for later, and its instance's end loses nothing of the others", () => {
  const { store, errors, open, run, end, all } = setUp();
  const trace = open();
  store.db.exec("ALTER TABLE trace_batch RENAME TO away");
  trace.ended(run("$1"), end);
  expect(() => all(trace)).toThrow();
  expect(errors).toHaveLength(1);
  store.db.exec("ALTER TABLE away RENAME TO trace_batch");
  const gone = run("$2");
  trace.ended({ ...gone, entry: { ...gone.entry, instanceId: "never" } }, end);
  expect(all(trace).map(({ eventId }) => eventId)).toEqual(["$1"]);
});

test("what a worker says ran is kept up to a bound, and so is a large event", () => {
  const { store, open, run, end, all } = setUp();
  const trace = open();
  trace.ended(run("$1", { more: "x".repeat(60_000) }), { ...end, ran: Array(1_000).fill("x".repeat(1_000)) });
  const [traced] = all(trace);
  expect(traced).toMatchObject({ type: "m.room.message", sentAt: 5 });
  expect(traced?.handlers).toEqual(Array(20).fill("x".repeat(200)));
  expect(JSON.stringify(store.db.prepare("SELECT * FROM trace_batch").all()).length).toBeLessThan(10_000);
});
