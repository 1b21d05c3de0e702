import { expect, test } from "vitest";
import { barsOf, eventBars, inWords, stepName } from "./over-time.ts";

const steps = { from: new Date(2026, 10, 26, 13).toISOString(), stepSeconds: 3_600 };

test("a step is called by when it begins and ends", () => {
  expect(stepName(steps, 1)).toBe("14:00–15:00");
  expect(stepName({ ...steps, stepSeconds: 900 }, 3)).toBe("13:45–14:00");
});

test("a bar says when, how much, and how much of it failed", () => {
  expect(eventBars(steps, [1, 3], [0, 2]).map(({ title }) => title)).toEqual([
    "13:00–14:00: 1 event",
    "14:00–15:00: 3 events, 2 failed",
  ]);
  expect(barsOf(steps, [null])).toEqual([{ value: null, title: "13:00–14:00: not known" }]);
});

test("bars in words say the most of them", () => {
  expect(inWords(steps, "Events", [1, 1_500, 0])).toBe("Events over 24 hours: peak 1,500, at 14:00–15:00.");
  expect(inWords(steps, "Events", [0, null])).toBe("Events over 24 hours: nothing.");
});
