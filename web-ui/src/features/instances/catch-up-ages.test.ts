import { expect, test } from "vitest";
import { ageInWords, catchUpAges } from "./catch-up-ages.ts";

test("ages are told in words", () => {
  expect([5_400, 86_400, 61, 0].map(ageInWords)).toEqual([
    ...["1 hour 30 minutes", "1 day", "1 minute 1 second", "nothing that it missed"],
  ]);
});

test("one can choose the plugin's own age, some others, and what is set already", () => {
  const values = (set: number | null) => catchUpAges(3_600, set).map(({ value }) => value);
  expect(catchUpAges(3_600, null)[0]).toEqual({ value: "", label: "As the plugin says: 1 hour" });
  expect(values(null)).toEqual(values(3_600));
  expect(values(90)).toContain("90");
  expect(values(90).length).toBe(values(null).length + 1);
});
