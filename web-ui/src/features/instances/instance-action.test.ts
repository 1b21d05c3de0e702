import { expect, test } from "vitest";
import { actionsFor } from "./instance-action.ts";

test("what is off can only be started", () => {
  expect(actionsFor({ enabled: false, status: "stopped" })).toEqual(["start"]);
  expect(actionsFor({ enabled: false, status: "crashed" })).toEqual(["start"]);
});

test("what crashed is offered to be restarted first", () => {
  expect(actionsFor({ enabled: true, status: "crashed" })).toEqual(["restart", "stop"]);
});

test("what runs can be stopped or restarted", () => {
  expect(actionsFor({ enabled: true, status: "running" })).toEqual(["stop", "restart"]);
});
