import { expect, test } from "vitest";
import { actionsFor } from "./instance-action.ts";

test("what is off can only be started", () => {
  expect(actionsFor({ enabled: false, status: "stopped" })).toEqual(["start"]);
  expect(actionsFor({ enabled: false, status: "crashed" })).toEqual(["start"]);
});

test.each(["running", "crashed", "blocked"] as const)("what is %s can be stopped or restarted", (status) => {
  expect(actionsFor({ enabled: true, status })).toEqual(["stop", "restart"]);
});
