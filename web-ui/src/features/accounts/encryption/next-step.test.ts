import { expect, test } from "vitest";
import { nextStep } from "./next-step.ts";

const backup = (isOn: boolean) => ({ isOn, backedUp: 0, total: 0 });

test.each([
  ["it was never in use", { state: "unused", identity: null, backup: null }, "set-up"],
  ["it is in use and was never set up", { state: "on", identity: "none", backup: backup(false) }, "set-up"],
  ["its keys are backed up nowhere", { state: "on", identity: "here", backup: backup(false) }, "set-up"],
  ["another host has its keys", { state: "on", identity: "elsewhere", backup: backup(false) }, "recover"],
  ["all is well", { state: "on", identity: "here", backup: backup(true) }, null],
  ["it is offline", { state: "offline", identity: null, backup: null }, null],
  ["it is unavailable", { state: "unavailable", identity: null, backup: null }, null],
] as const)("what is to be done about an account's encryption where %s", (_where, encryption, step) =>
  expect(nextStep(encryption)).toBe(step),
);
