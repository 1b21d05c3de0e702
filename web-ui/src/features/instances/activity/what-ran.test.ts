import type { Delivery } from "@rookery/host/api";
import { expect, test } from "vitest";
import { whatRan } from "./what-ran.ts";

const delivery = (more: Partial<Delivery>): Delivery => ({
  ...{ id: 1, state: "done", roomId: "!a:test", eventId: "$1", sender: "@ada:test", type: "m.room.message" },
  ...{ sentAt: null, reason: null, handlers: [], attempts: 1, runAt: null, startedAt: null, endedAt: null },
  ...{ durationMs: null, calls: [], callsLeftOut: 0, error: null },
  ...more,
});

test("an event is called by what ran for it, else by what it is", () => {
  expect(whatRan(delivery({ handlers: ["!hello", "hears hi"] }))).toBe("!hello, hears hi");
  expect(whatRan(delivery({}))).toBe("a message");
  expect(whatRan(delivery({ type: "m.reaction" }))).toBe("m.reaction");
  expect(whatRan(delivery({ roomId: "schedule:daily" }))).toBe("A run of the schedule “daily”");
});
