import { expect, test } from "vitest";
import { createDurations } from "./durations.ts";

test("each bucket has all that took no longer, and the last one has everything", () => {
  const durations = createDurations();
  for (const ms of [0, 5, 6, 1_000, 999_999]) durations.add(ms);
  const { buckets, count, sum } = durations.read();
  const upTo = (seconds: number) => buckets.find((bucket) => bucket.seconds === seconds)?.count;
  expect([upTo(0.005), upTo(0.01), upTo(0.5), upTo(1), upTo(300), upTo(Infinity)]).toEqual([
    2, 3, 3, 4, 4, 5,
  ]);
  expect([count, sum]).toEqual([5, 1_001.01]);
});

test("a clock that is set back takes nothing away", () => {
  const durations = createDurations();
  durations.add(7);
  durations.add(-3_600_000);
  expect(durations.read()).toMatchObject({ count: 2, sum: 0.007 });
});
