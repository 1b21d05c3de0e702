import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readCron } from "../runtime/cron.ts";
import { backupNotices } from "./backup-notices.ts";
import { createBackupSchedule } from "./backup-schedule.ts";

const HOUR = 60 * 60_000;
const day = (date: number, hour = 0, minute = 0) => Date.UTC(2026, 10, date, hour, minute);

beforeEach(() => void vi.useFakeTimers({ now: day(20, 12) }));
afterEach(() => void vi.useRealTimers());

/** A schedule for three in the morning, over backups that are made at once, or fail. */
function setUp(madeBefore: number | null) {
  const made: number[] = [];
  const state = { lastGoodAt: madeBefore, fails: false, failure: null as string | null };
  const warnings: string[] = [];
  const backups = {
    async make() {
      made.push(Date.now());
      state.failure = state.fails ? "the disk is full" : null;
      if (state.fails) throw new Error("the disk is full");
      state.lastGoodAt = Date.now();
      return { name: "", size: 1, createdAt: Date.now(), withKey: false, encrypted: false };
    },
    lastGoodAt: () => state.lastGoodAt,
    lastFailure: () => state.failure,
    idle: () => Promise.resolve(),
    isUnderWay: () => false,
  };
  const schedule = createBackupSchedule({
    ...{ times: readCron("0 3 * * *", "UTC"), backups },
    warn: (message) => void warnings.push(message),
  });
  const notices = () => backupNotices(backups, schedule).map(({ message }) => message);
  return { made, state, warnings, schedule, notices, after: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test("a backup is made when it is due, day by day, until the host stops", async () => {
  const { made, after, schedule, notices } = setUp(day(20, 3));
  await after(0);
  expect(made).toEqual([]);
  await after(15 * HOUR);
  expect(made).toEqual([day(21, 3)]);
  await after(48 * HOUR);
  expect(made).toEqual([day(21, 3), day(22, 3), day(23, 3)]);
  expect(notices()).toEqual([]);
  schedule.close();
  await after(48 * HOUR);
  expect(made).toHaveLength(3);
});

test("one that was missed while the host was down is made at its start, once", async () => {
  const { made, after } = setUp(day(19, 3));
  await after(0);
  expect(made).toEqual([day(20, 12)]);
  await after(14 * HOUR);
  expect(made).toHaveLength(1);
});

test("one that fails is told, and tried again half an hour later, and when the next is due", async () => {
  const { made, state, after, warnings, notices } = setUp(day(20, 3));
  state.fails = true;
  await after(20 * HOUR);
  expect(made).toEqual([day(21, 3), day(21, 3, 30)]);
  expect(warnings).toEqual(Array(2).fill("The scheduled backup was not made."));
  expect(notices()).toEqual(["The last backup failed: the disk is full"]);
  state.fails = false;
  await after(24 * HOUR);
  expect(made.slice(2)).toEqual([day(22, 3)]);
  expect(notices()).toEqual([]);
});

test("one that comes off when it is tried again is all there is to be made until the next is due", async () => {
  const { made, state, after, notices } = setUp(day(20, 3));
  state.fails = true;
  await after(15 * HOUR + HOUR / 4);
  state.fails = false;
  await after(HOUR / 4);
  expect(made).toEqual([day(21, 3), day(21, 3, 30)]);
  expect(notices()).toEqual([]);
  await after(23 * HOUR);
  expect(made).toHaveLength(2);
});

test("one that is not there an hour after it was due is told as overdue, with the newest that there is", async () => {
  const { state, after, notices } = setUp(day(20, 3));
  await after(15 * HOUR);
  // Somebody emptied the folder.
  state.lastGoodAt = null;
  expect(notices()).toEqual(["A backup is overdue: one was due at 2026-11-20 03:00 UTC, and there is none."]);
  state.lastGoodAt = day(19, 3);
  expect(notices()[0]).toMatch(/the newest is of 2026-11-19 03:00 UTC\.$/);
  expect(backupNotices({ lastFailure: () => null, lastGoodAt: () => null }, null)).toEqual([]);
});
