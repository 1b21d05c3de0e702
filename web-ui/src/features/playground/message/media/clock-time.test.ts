import { expect, test } from "vitest";
import { clockTime } from "./clock-time.ts";

test.each([
  [0, "0:00"],
  [9_400, "0:09"],
  [83_000, "1:23"],
  [3_661_000, "1:01:01"],
])("%i ms read as %s", (ms, words) => {
  expect(clockTime(ms)).toBe(words);
});
