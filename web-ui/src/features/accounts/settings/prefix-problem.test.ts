import { expect, test } from "vitest";
import { prefixProblem } from "./prefix-problem.ts";

test("a prefix is 1 to 16 characters without white space", () => {
  for (const prefix of ["!", "bot.", "x".repeat(16)]) expect(prefixProblem(prefix)).toBeUndefined();
  expect(prefixProblem("")).toBe("empty");
  expect(prefixProblem("bot ")).toBe("space");
  expect(prefixProblem("x".repeat(17))).toBe("long");
});
