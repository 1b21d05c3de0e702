import { expect, test } from "vitest";
import { createWorkerTally } from "./worker-tally.ts";

/** A worker that uses what the test says. */
const workerOf = (residentBytes: number | null, cpuSeconds: number) => ({
  usage: () => ({ residentBytes, cpuSeconds }),
});

test("a worker that is started again goes on where the last one was", () => {
  const tally = createWorkerTally(() => true);
  const first = workerOf(null, 3);
  tally.started("org.example.test", null, first);
  tally.ended(first, "flood");
  expect(tally.list()).toMatchObject([{ isRunning: false, residentBytes: null, cpuSeconds: 3 }]);
  tally.started("org.example.test", null, workerOf(1_000, 2));
  const [figures] = tally.list();
  expect(figures).toMatchObject({ isRunning: true, residentBytes: 1_000, cpuSeconds: 5 });
  expect([figures?.ends.get("flood"), figures?.ends.get("exit")]).toEqual([1, 0]);
});

test("instances with workers of their own are counted by themselves", () => {
  const tally = createWorkerTally(() => true);
  for (const id of ["one", "two"]) tally.started("org.example.test", id, workerOf(1, 1));
  expect(tally.list().map(({ instanceId }) => instanceId)).toEqual(["one", "two"]);
});

test("nothing is kept of a plugin or instance that is gone, once its worker is", () => {
  const gone = new Set<string>();
  const tally = createWorkerTally((_pluginId, instanceId) => !gone.has(instanceId ?? ""));
  const worker = workerOf(1, 1);
  tally.started("org.example.test", "one", worker);
  gone.add("one");
  expect(tally.list()).toHaveLength(1);
  tally.ended(worker, "stopped");
  expect(tally.list()).toEqual([]);
});
