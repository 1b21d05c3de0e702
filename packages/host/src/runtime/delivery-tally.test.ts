import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDeliveryTally, type Tallied } from "./delivery-tally.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what happens in a moment is told as one, for each instance", () => {
  const told: Tallied[] = [];
  const tally = createDeliveryTally((tallied) => told.push(tallied));
  tally.turn(true);
  for (let i = 0; i < 3; i++) tally.arrived("one");
  tally.ended("one", false);
  tally.ended("two", true);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(told).toEqual([
    { instanceId: "one", arrived: 3, handled: 1, failed: 0 },
    { instanceId: "two", arrived: 0, handled: 0, failed: 1 },
  ]);
  tally.ended("one", false);
  vi.advanceTimersByTime(250);
  expect(told.at(-1)).toEqual({ instanceId: "one", arrived: 0, handled: 1, failed: 0 });
  expect(vi.getTimerCount()).toBe(0);
});

test("when nobody looks any more, nothing is told and no timer runs", () => {
  const told: Tallied[] = [];
  const tally = createDeliveryTally((tallied) => told.push(tallied));
  expect(tally.isOn).toBe(false);
  tally.turn(true);
  tally.arrived("one");
  tally.turn(false);
  expect([tally.isOn, vi.getTimerCount()]).toEqual([false, 0]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual([]);
});
