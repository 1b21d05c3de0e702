import type { InstanceStatus } from "@rookery/host/api";
import { expect, test } from "vitest";
import { summary } from "./summary.ts";

const bots = (...statuses: InstanceStatus[]) =>
  statuses.map((status) => ({ status, enabled: status !== "stopped", accountId: "1" }));
const online = [{ id: "1", status: "syncing" as const }];

test("the state of all bots is one sentence", () => {
  expect(summary(bots("running"), online)).toBe("Your bot is well.");
  expect(summary(bots("running", "starting"), online)).toBe("Both bots are well.");
  expect(summary(bots("running", "running", "running"), online)).toBe("All 3 bots are well.");
  expect(summary(bots("running", "running", "running", "crashed"), online)).toBe("3 of 4 bots are well.");
});

test("what was stopped on purpose is neither well nor ill", () => {
  expect(summary(bots("running", "stopped"), online)).toBe("Your bot is well. 1 is stopped, as you asked.");
  expect(summary(bots("stopped", "stopped"), online)).toBe("Both bots are stopped.");
});

test("what rests with its account was stopped on purpose, too", () => {
  const offline = [{ id: "1", status: "offline" as const }];
  expect(summary(bots("blocked", "blocked"), offline)).toBe("Both bots are stopped.");
  expect(summary(bots("blocked"), online)).toBe("0 of 1 bots are well.");
});
