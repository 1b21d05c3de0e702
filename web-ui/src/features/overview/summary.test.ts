import type { InstanceStatus } from "@rookery/host/api";
import { expect, test } from "vitest";
import { summary } from "./summary.ts";

const bots = (...statuses: InstanceStatus[]) =>
  statuses.map((status) => ({ status, enabled: status !== "stopped" }));

test("the state of all bots is one sentence", () => {
  expect(summary(bots("running"))).toBe("Your bot is well.");
  expect(summary(bots("running", "starting"))).toBe("Both bots are well.");
  expect(summary(bots("running", "running", "running"))).toBe("All 3 bots are well.");
  expect(summary(bots("running", "running", "running", "crashed"))).toBe("3 of 4 bots are well.");
});

test("what was stopped on purpose is neither well nor ill", () => {
  expect(summary(bots("running", "stopped"))).toBe("Your bot is well. 1 is stopped, as you asked.");
  expect(summary(bots("stopped", "stopped"))).toBe("Both bots are stopped.");
});
