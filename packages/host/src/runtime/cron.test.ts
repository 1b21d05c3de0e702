import { describe, expect, test } from "vitest";
import { readCron } from "./cron.ts";

const BERLIN = "Europe/Berlin";
const at = (text: string) => Date.parse(text);

/** The times after one, and, to compare, the same times found from the end. */
function times(cron: string, timeZone: string, after: string, count: number): string[] {
  const read = readCron(cron, timeZone);
  const found: number[] = [];
  for (let time = at(after); found.length < count; ) {
    const next = read.next(time);
    if (next === null) break;
    found.push(next);
    time = next;
  }
  expect(found.map((time) => read.latest(time))).toEqual(found);
  expect(found.slice(1).map((time) => read.latest(time - 1))).toEqual(found.slice(0, -1));
  return found.map((time) => new Date(time).toISOString().slice(0, 16));
}

describe("a time of day where the clocks change", () => {
  test("that is left out comes at the end of the gap, once", () => {
    expect(times("30 2 * * *", BERLIN, "2026-03-28T00:00Z", 3)).toEqual([
      ...["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
    ]);
    expect(times("30 2,14 * * *", BERLIN, "2026-03-28T20:00Z", 2)).toEqual([
      ...["2026-03-29T01:00", "2026-03-29T12:30"],
    ]);
  });

  test("that is there twice comes the first time only", () => {
    expect(times("30 2 * * *", BERLIN, "2026-10-24T12:00Z", 2)).toEqual([
      ...["2026-10-25T00:30", "2026-10-26T01:30"],
    ]);
  });

  test("keeps its time by the clock on the wall", () => {
    expect(times("0 9 * * SAT,SUN,MON", BERLIN, "2026-03-28T00:00Z", 3)).toEqual([
      ...["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"],
    ]);
  });
});

test("what repeats keeps to the hours that there are where the clocks change", () => {
  expect(times("30 * * * *", BERLIN, "2026-03-28T23:45Z", 3)).toEqual([
    ...["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"],
  ]);
  expect(times("30 * * * *", BERLIN, "2026-10-24T23:45Z", 3)).toEqual([
    ...["2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"],
  ]);
});

test("what repeats within an hour that is left out or comes twice is left out or comes twice", () => {
  expect(times("*/30 2 * * *", BERLIN, "2026-03-28T12:00Z", 1)).toEqual(["2026-03-30T00:00"]);
  expect(times("*/30 2 * * *", BERLIN, "2026-10-24T12:00Z", 4)).toEqual([
    ...["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
  ]);
});

test("six fields begin with the seconds, and a time up to which one looks is itself one", () => {
  const { next, latest } = readCron("*/10 * * * * *", "UTC");
  expect([next(5_000), next(10_000), latest(20_000), latest(19_999)]).toEqual([
    10_000, 20_000, 20_000, 10_000,
  ]);
});

test.each([
  ["", "UTC", '"" is no cron expression: '],
  ["* * * *", "UTC", '"* * * *" is no cron expression: '],
  ["* * * * * * *", "UTC", '"* * * * * * *" is no cron expression: '],
  ["61 * * * *", "UTC", '"61 * * * *" is no cron expression: Invalid value for minute: 61'],
  ["2030-01-01T00:00:00", "UTC", '"2030-01-01T00:00:00" is a date and no cron expression.'],
  ["0 0 31 2 *", "UTC", 'The time "0 0 31 2 *" never comes.'],
  ["* * * * *", "Mars/Phobos", 'There is no time zone "Mars/Phobos".'],
  ["* * * * *", "", 'There is no time zone "".'],
])('"%s" in "%s" is refused with the reason', (cron, timeZone, message) => {
  expect(() => readCron(cron, timeZone)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
  );
});
