import { expect, test } from "vitest";
import { relativeTime } from "./relative-time.ts";

const now = Date.UTC(2026, 10, 21, 12);
const ago = (seconds: number) => relativeTime(now - seconds * 1000, now);

test("the last seconds are just now", () => {
  expect(ago(0)).toBe("just now");
  expect(ago(9)).toBe("just now");
  expect(ago(10)).toBe("10 sec ago");
});

test("the largest unit that fits is named, cut rather than rounded", () => {
  expect(ago(59)).toBe("59 sec ago");
  expect(ago(60)).toBe("1 min ago");
  expect(ago(12 * 60 + 59)).toBe("12 min ago");
  expect(ago(3 * 3600)).toBe("3 hr ago");
  expect(ago(2 * 86_400)).toBe("2 days ago");
});

test("a time ahead of the clock reads as such", () => {
  expect(ago(-120)).toBe("in 2 min");
});
