import { expect, test } from "vitest";
import type { WorkerFigures } from "../runtime/worker-tally.ts";
import { createUsage } from "./usage.ts";

function setUp() {
  const clock = { now: 1_000_000 };
  const worker = { pluginId: "org.example.echo", instanceId: null, isRunning: true, ends: new Map() };
  const used = { cpuSeconds: 5, residentBytes: 40_000_000 };
  const workers = (): WorkerFigures[] => [{ ...worker, ...used }];
  return { clock, used, usage: createUsage({ workers }, () => clock.now) };
}

test("shares of the processor are those of the last seconds", () => {
  const { clock, used, usage } = setUp();
  clock.now += 10_000;
  used.cpuSeconds += 1;
  const [worker] = usage().workers;
  expect(worker).toMatchObject({ pluginId: "org.example.echo", residentBytes: 40_000_000, cpuPercent: 10 });
  expect(usage().host.residentBytes).toBeGreaterThan(10_000_000);
});

test("looks that are close together give the same", () => {
  const { clock, used, usage } = setUp();
  clock.now += 10_000;
  used.cpuSeconds += 1;
  usage();
  clock.now += 500;
  used.cpuSeconds += 0.5;
  expect(usage().workers[0]?.cpuPercent).toBe(10);
  clock.now += 1_500;
  expect(usage().workers[0]?.cpuPercent).toBe(25);
});

test("after a long time in which nobody looked, nothing is said of the processor at first", () => {
  const { clock, used, usage } = setUp();
  clock.now += 3_600_000;
  used.cpuSeconds += 1_000;
  expect(usage()).toMatchObject({ host: { cpuPercent: null }, workers: [{ cpuPercent: null }] });
  clock.now += 5_000;
  used.cpuSeconds += 1;
  expect(usage().workers[0]?.cpuPercent).toBe(20);
});
