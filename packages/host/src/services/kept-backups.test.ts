import { expect, test } from "vitest";
import { keptOf } from "./kept-backups.ts";

const DAY_MS = 24 * 60 * 60_000;

/** One for each day before this one, at 03:00 UTC, the newest first. */
function daily(last: string, count: number) {
  return Array.from({ length: count }, (_, n) => {
    const createdAt = Date.parse(`${last}T03:00:00Z`) - n * DAY_MS;
    return { name: new Date(createdAt).toISOString().slice(0, 10), createdAt };
  });
}

test("7 days, 4 weeks and 12 months back there is one each, and no more", () => {
  const kept = keptOf(daily("2026-11-26", 800), { last: 0, daily: 7, weekly: 4, monthly: 12 });
  expect([...kept].sort().reverse()).toEqual([
    ...["2026-11-26", "2026-11-25", "2026-11-24", "2026-11-23", "2026-11-22", "2026-11-21", "2026-11-20"],
    // The last of the weeks before (the 22nd is one of the days), and of the months before.
    ...["2026-11-15", "2026-11-08", "2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30"],
    ...["2026-05-31", "2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"],
  ]);
});

test("days without a backup are not counted, so that a host that slept keeps as many", () => {
  const some = daily("2026-11-26", 30).filter((_, n) => n % 10 === 0);
  const kept = keptOf(some, { last: 0, daily: 3, weekly: 0, monthly: 0 });
  expect([...kept]).toEqual(["2026-11-26", "2026-11-16", "2026-11-06"]);
});

test("a number alone keeps the newest so many, and the newest is always kept", () => {
  const backups = daily("2026-11-26", 5);
  const none = { daily: 0, weekly: 0, monthly: 0 };
  expect([...keptOf(backups, { last: 2, ...none })]).toEqual(["2026-11-26", "2026-11-25"]);
  expect([...keptOf(backups, { last: 0, ...none })]).toEqual(["2026-11-26"]);
});

test("several of a day count once, the last of them", () => {
  const at = Date.parse("2026-11-26T03:00:00Z");
  const backups = [2, 1, 0].map((n) => ({ name: `${n}`, createdAt: at + n * 60_000 }));
  expect([...keptOf(backups, { last: 0, daily: 7, weekly: 4, monthly: 12 })]).toEqual(["2"]);
});
