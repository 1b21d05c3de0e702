import { describe, expect, test } from "vitest";
import { RetryLater, UserError } from "./errors.ts";
import { toErrorData } from "./protocol/errors.ts";

test("a UserError crosses as what the person should read, and keeps its cause", () => {
  const cause = new Error("HTTP 404");
  const error = new UserError("There is no such post.", { cause });

  expect(toErrorData(error)).toMatchObject({ code: "USER_ERROR", message: "There is no such post." });
  expect(error.cause).toBe(cause);
});

describe("RetryLater", () => {
  test("crosses with the seconds", () => {
    expect(toErrorData(new RetryLater(90, "Rate limited."))).toMatchObject({
      code: "RETRY_LATER",
      message: "Rate limited.",
      data: { seconds: 90 },
    });
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("refuses %d seconds", (seconds) => {
    expect(() => new RetryLater(seconds)).toThrow(RangeError);
  });
});
