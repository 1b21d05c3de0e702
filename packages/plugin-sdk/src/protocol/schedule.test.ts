import { expect, test } from "vitest";
import { scheduleEvent, scheduleLane, scheduleOf } from "./schedule.ts";

test("a run of a schedule is told from a room's event by where it stands, not by a type that people can send", () => {
  expect(scheduleOf(scheduleLane("report"))).toBe("report");
  expect(scheduleOf("!schedule:report")).toBeNull();
});

test("a run is the same event whenever it is made, and another run another", () => {
  const nine = Date.UTC(2026, 0, 1, 9);
  expect(scheduleEvent("report", nine, "@bot:test")).toEqual({
    type: "org.rookery.schedule",
    event_id: "$schedule:report:2026-01-01T09:00:00.000Z",
    sender: "@bot:test",
    origin_server_ts: nine,
    content: { name: "report", due: "2026-01-01T09:00:00.000Z" },
  });
  expect(scheduleEvent("report", nine + 1_000, "@bot:test").event_id).not.toBe(
    scheduleEvent("report", nine, "@bot:test").event_id,
  );
});
