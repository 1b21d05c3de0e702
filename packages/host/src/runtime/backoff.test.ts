import { expect, test } from "vitest";
import { createBackoff } from "./backoff.ts";

test("the pause doubles with each crash, until it is enough", () => {
  const backoff = createBackoff(() => 0);
  const delays = Array.from({ length: 8 }, () => backoff.crashed("one"));
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, null, null]);
});

test("a crash after a minute of health counts as the first", () => {
  let now = 0;
  const backoff = createBackoff(() => now);
  backoff.crashed("one");
  now = 59_999;
  expect(backoff.crashed("one")).toBe(1_000);
  now += 60_000;
  expect(backoff.crashed("one")).toBe(500);
});

test("each instance counts for itself, and begins anew when the operator restarts it", () => {
  const backoff = createBackoff(() => 0);
  backoff.crashed("one");
  expect(backoff.crashed("two")).toBe(500);
  backoff.reset("one");
  expect(backoff.crashed("one")).toBe(500);
});
