import { expect, test } from "vitest";
import { closingLine, total } from "./test-counts.ts";

test("the last line is the plain one that CI reads", () => {
  expect(closingLine({ passed: 3, failed: [], skipped: [] })).toBe("3 passed, 0 failed");
  expect(closingLine({ passed: 3, failed: ["c"], skipped: ["a", "b"] })).toBe(
    "3 passed, 1 failed, 2 skipped",
  );
});

test("counts add up", () => {
  const one = { passed: 1, failed: [], skipped: ["a"] };
  const two = { passed: 2, failed: ["c"], skipped: ["b"] };
  expect(total([one, two])).toEqual({ passed: 3, failed: ["c"], skipped: ["a", "b"] });
});
