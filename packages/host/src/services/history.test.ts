import { expect, onTestFinished, test } from "vitest";
import { createDurations } from "../durations.ts";
import type { WorkerFigures } from "../runtime/worker-tally.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createHistory, lastSteps } from "./history.ts";

const QUARTER = 15 * 60_000;
const HOUR = 4 * QUARTER;
const MORNING = Date.parse("2026-11-26T08:00:00Z");

function setUp() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  const errors: unknown[] = [];
  const counters = new Map<string, { received: number; failed: number; sent: number }>();
  const took = createDurations();
  const clock = { now: MORNING };
  const workers: WorkerFigures[] = [];
  const of = (id: string) => counters.get(id) ?? { received: 0, failed: 0, sent: 0 };
  /** As the host has it when it starts: with counters at 0. */
  const open = () => {
    const history = createHistory({
      store: store.history,
      instances: store.instances,
      dispatcher: {
        counts: of,
        durations: (id) => (id === "one" ? took : createDurations()).read(),
      },
      supervisor: { stats: (id) => ({ sent: of(id).sent, lastAt: null }), workers: () => workers },
      onUnwritable: (error) => void errors.push(error),
      now: () => clock.now,
    });
    onTestFinished(history.close);
    return history;
  };
  const steps = (hours = 2, ms = HOUR) => lastSteps(hours, ms, clock.now);
  return { store, errors, counters, took, clock, workers, open, steps };
}

test("what grew is shown at once in the step that is under way, and counted once when it is written", () => {
  const { counters, open, steps, clock } = setUp();
  const history = open();
  counters.set("one", { received: 3, failed: 1, sent: 2 });
  expect(history.of("one", steps())).toMatchObject({ received: [0, 3], sent: [0, 2], failed: [0, 1] });
  history.close();
  expect(history.of("one", steps())).toMatchObject({ received: [0, 3], sent: [0, 2], failed: [0, 1] });

  clock.now += QUARTER;
  counters.set("one", { received: 5, failed: 1, sent: 4 });
  history.close();
  expect(history.of("one", steps())).toMatchObject({ received: [0, 5], sent: [0, 4], failed: [0, 1] });
  expect(history.of("one", steps(1, QUARTER)).received).toEqual([0, 0, 3, 2]);
  clock.now += HOUR;
  expect(history.of("one", steps()).received).toEqual([5, 0]);
});

test("a host that starts again goes on from nothing, and adds to what was", () => {
  const { counters, open, steps } = setUp();
  counters.set("one", { received: 3, failed: 0, sent: 3 });
  open().close();
  counters.set("one", { received: 1, failed: 0, sent: 1 });
  const again = open();
  again.close();
  expect(again.of("one", steps(1)).received).toEqual([4]);
});

test("95 of 100 handlers ended within so long, by the step", () => {
  const { took, open, steps, clock } = setUp();
  const history = open();
  for (let n = 0; n < 95; n++) took.add(20);
  for (let n = 0; n < 5; n++) took.add(400);
  expect(history.of("one", steps(1)).p95Ms).toEqual([25]);
  history.close();
  clock.now += HOUR;
  for (let n = 0; n < 10; n++) took.add(800);
  expect(history.of("one", steps()).p95Ms).toEqual([25, 975]);
});

test("what workers used of the processor is by the time in which it was seen, also of a plugin that was installed anew", () => {
  const { open, steps, clock, workers } = setUp();
  const history = open();
  workers.push({
    pluginId: "p",
    instanceId: null,
    isRunning: true,
    residentBytes: 7,
    cpuSeconds: 90,
    ends: new Map(),
  });
  clock.now += QUARTER - 1;
  expect(history.overview(steps(1)).host).toMatchObject({
    workersCpuPercent: [expect.closeTo(10, 1)],
    workersBytes: [7],
  });
  history.close();
  for (const worker of workers) worker.cpuSeconds = 1;
  clock.now += HOUR;
  const { host } = history.overview(steps(2));
  expect(host.workersCpuPercent[0]).toBeGreaterThanOrEqual(0);
});

test("the overview adds up all instances, and leaves out those to which nothing happened", () => {
  const { counters, open, steps, clock } = setUp();
  const history = open();
  counters.set("two", { received: 2, failed: 0, sent: 1 });
  expect(history.overview(steps(1)).instances.map(({ instanceId }) => instanceId)).toEqual(["two"]);
  // It is asked for again and again.
  clock.now += 10_000;
  counters.set("one", { received: 5, failed: 1, sent: 4 });
  expect(history.overview(steps(1)).total).toMatchObject({ received: [7], sent: [5], failed: [1] });
});

test("the overview counts what was written in any quarter of an hour", () => {
  const { counters, open, steps, clock } = setUp();
  const history = open();
  for (let quarter = 1; quarter <= 4; quarter++) {
    counters.set("one", { received: quarter, failed: 0, sent: quarter });
    history.close();
    clock.now += QUARTER;
  }
  const { total, instances } = history.overview(steps(2));
  expect(total.received).toEqual([4, 0]);
  expect(instances).toMatchObject([{ instanceId: "one", received: [4, 0], sent: [4, 0] }]);
});

test("another instance under the name of one that was deleted begins with nothing", () => {
  const { store, counters, open, steps } = setUp();
  const history = open();
  counters.set("one", { received: 9, failed: 0, sent: 9 });
  history.close();
  const instance = store.instances.get("one");
  if (!instance) throw new Error("It is not there.");
  store.instances.remove("one");
  counters.delete("one");
  store.instances.insert(instance);
  expect(history.of("one", steps(1)).received).toEqual([0]);
  counters.set("one", { received: 1, failed: 0, sent: 1 });
  expect(history.of("one", steps(1)).received).toEqual([1]);
});

test("the host's use is null where it did not run", () => {
  const { open, steps, clock } = setUp();
  open().close();
  clock.now += 2 * HOUR;
  const { host } = open().overview(steps(3));
  expect(host.hostBytes).toEqual([expect.any(Number), null, expect.any(Number)]);
  expect(host.hostBytes[0]).toBeGreaterThan(10_000_000);
});

test("what cannot be written is kept, and written when it can be", () => {
  const { store, errors, counters, open, steps } = setUp();
  const history = open();
  counters.set("one", { received: 3, failed: 0, sent: 3 });
  store.db.exec("ALTER TABLE instance_history RENAME TO away");
  history.close();
  expect(errors).not.toEqual([]);
  store.db.exec("ALTER TABLE away RENAME TO instance_history");
  history.close();
  expect(open().of("one", steps(1)).received).toEqual([6]);
  expect(store.history.since("one", 0)).toMatchObject([{ received: 3 }]);
});
