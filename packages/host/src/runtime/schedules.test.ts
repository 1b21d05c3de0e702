import type { ScheduleInfo } from "@rookery/plugin-sdk/protocol";
import { describe, expect, test } from "vitest";
import type { InboxEntry } from "../store/inbox.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createSchedules } from "./schedules.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1, 8, 30);

/** A clock that the test moves; time passes by the timer's waiting, and may jump besides. */
function createTestClock() {
  let time = START;
  let timer: { at: number; then: () => void } | undefined;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    wait(ms: number, then: () => void) {
      waits.push(ms);
      const own = { at: time + ms, then };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
    isWaiting: () => timer !== undefined,
    /** Somebody sets the clock; what is waited for takes as long as before. */
    set(to: number) {
      if (timer) timer.at += to - time;
      time = to;
    },
    pass(ms: number) {
      const end = time + ms;
      while (timer && timer.at <= end) {
        const { at, then } = timer;
        timer = undefined;
        time = at;
        then();
      }
      time = end;
    },
  };
}

/** Schedules over the real store, whose runs are done at once, or when the test says so. */
function setUp({ runsEnd = true } = {}) {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  const clock = createTestClock();
  const errors: string[] = [];
  const running = new Set<number>();
  const stored: InboxEntry[] = [];

  function open() {
    return createSchedules({
      ...{ store: store.schedules, clock, onError: (message) => void errors.push(message) },
      isWaiting: (instanceId, id) => !running.has(id) && store.inbox.has(instanceId, id),
      onStored(entries) {
        stored.push(...entries);
        if (runsEnd) store.inbox.settle(entries.map((entry) => ({ entry })));
      },
    });
  }
  return {
    ...{ store, clock, errors, running, stored, open, schedules: open() },
    /** The runs so far, as `name@HH:MM:SS`. */
    ran: (instanceId = "one") =>
      stored
        .filter((entry) => entry.instanceId === instanceId)
        .map(({ eventId }) => eventId.replace(/^\$schedule:(.*):\d{4}-..-..T(..:..:..).*$/, "$1@$2")),
    skipped: (instanceId = "one") => store.inbox.skipped(instanceId),
  };
}

const ONE = { id: "one", userId: "@bot:test" };
const every = (name: string, cron: string, more: Partial<ScheduleInfo> = {}): ScheduleInfo => ({
  ...{ name, cron, timeZone: "UTC", catchUpSeconds: null },
  ...more,
});
const HOURLY = every("hourly", "0 * * * *");

describe("a run that is due", () => {
  test("is a delivery of the instance, from itself, in a line of its own", () => {
    const { schedules, clock, stored } = setUp();
    schedules.attach(ONE, [HOURLY], HOUR);
    clock.pass(HOUR);
    const due = new Date(START + 30 * MINUTE).toISOString();
    expect(stored).toMatchObject([
      {
        instanceId: "one",
        roomId: "schedule:hourly",
        eventId: `$schedule:hourly:${due}`,
        sender: ONE.userId,
      },
    ]);
    expect(JSON.parse(stored[0]?.event ?? "")).toMatchObject({
      ...{ type: "org.rookery.schedule", origin_server_ts: START + 30 * MINUTE },
      content: { name: "hourly", due },
    });
  });

  test("comes at its time, each once, several schedules side by side", () => {
    const { schedules, clock, ran, skipped } = setUp();
    schedules.attach(ONE, [HOURLY, every("half", "15,45 * * * *")], HOUR);
    schedules.attach({ ...ONE, id: "two" }, [every("other", "50 8 * * *")], HOUR);
    const seen: number[] = [];
    for (let minute = 0; minute < 90; minute++) {
      clock.pass(MINUTE);
      seen.push(ran().length);
    }
    expect(ran()).toEqual([
      "half@08:45:00",
      "hourly@09:00:00",
      "half@09:15:00",
      "half@09:45:00",
      "hourly@10:00:00",
    ]);
    expect([seen[13], seen[14], seen[28], seen[29]]).toEqual([0, 1, 1, 2]);
    expect([ran("two"), skipped()]).toEqual([["other@08:50:00"], 0]);
  });

  test("that is years away is waited for a minute at a time", () => {
    const { schedules, clock } = setUp();
    schedules.attach(ONE, [every("leap", "0 0 29 2 *")], HOUR);
    clock.pass(2 * MINUTE);
    expect(clock.waits).toEqual([0, MINUTE, MINUTE, MINUTE]);
  });

  test("is none of the past where the schedule is new", () => {
    const { schedules, clock, ran, skipped } = setUp();
    schedules.attach(ONE, [every("earlier", "0 8 * * *")], DAY);
    clock.pass(SECOND);
    expect([ran(), skipped()]).toEqual([[], 0]);
  });

  test("is passed over and counted while an earlier one waits, and not while one runs", () => {
    const { schedules, clock, stored, running, skipped } = setUp({ runsEnd: false });
    schedules.attach(ONE, [HOURLY], HOUR);
    clock.pass(HOUR);
    running.add(stored[0]?.id ?? 0);
    clock.pass(HOUR);
    expect([stored.length, skipped()]).toEqual([2, 0]);
    clock.pass(2 * HOUR);
    expect([stored.length, skipped()]).toEqual([2, 2]);
  });
});

describe("runs that were missed", () => {
  test("are made up for by the newest, once", () => {
    const { schedules, clock, ran, skipped, open } = setUp();
    schedules.attach(ONE, [HOURLY], DAY);
    clock.pass(HOUR);
    schedules.close();
    clock.pass(5 * HOUR);
    const again = open();
    again.attach(ONE, [HOURLY], DAY);
    clock.pass(MINUTE);
    expect(ran()).toEqual(["hourly@09:00:00", "hourly@14:00:00"]);
    again.close();
    open().attach(ONE, [HOURLY], DAY);
    clock.pass(MINUTE);
    expect([ran().length, skipped()]).toEqual([2, 0]);
  });

  test.each([
    ["the instance's", null, HOUR / 2 + MINUTE, ["daily@09:00:00"], 0],
    ["the instance's", null, HOUR / 2 - MINUTE, [], 1],
    ["its own", HOUR / 2 / SECOND + 60, 0, ["daily@09:00:00"], 0],
    ["its own", HOUR / 2 / SECOND - 60, DAY, [], 1],
  ])("are too late after %s catch-up age (%j, %i)", (_whose, catchUpSeconds, catchUpMs, runs, count) => {
    const { schedules, clock, ran, skipped } = setUp();
    const daily = every("daily", "0 9 * * *", { catchUpSeconds });
    schedules.attach(ONE, [daily], catchUpMs);
    schedules.detach("one");
    clock.pass(HOUR);
    schedules.attach(ONE, [daily], catchUpMs);
    clock.pass(MINUTE);
    expect([ran(), skipped()]).toEqual([runs, count]);
  });

  test("are none while the operator wants no runs", () => {
    const { schedules, clock, ran, skipped } = setUp();
    schedules.attach(ONE, [HOURLY], DAY);
    clock.pass(MINUTE);
    schedules.detach("one");
    schedules.forget("one");
    clock.pass(HOUR);
    schedules.attach(ONE, [HOURLY], DAY);
    clock.pass(MINUTE);
    expect([ran(), skipped()]).toEqual([[], 0]);
  });

  test("are none of a schedule whose time was changed meanwhile", () => {
    const { schedules, clock, ran } = setUp();
    schedules.attach(ONE, [every("report", "0 12 * * *")], DAY);
    schedules.detach("one");
    clock.pass(HOUR);
    schedules.attach(ONE, [every("report", "0 9 * * *")], DAY);
    clock.pass(HOUR);
    expect(ran()).toEqual([]);
  });
});

describe("a clock that somebody sets", () => {
  test("forward brings what was passed within a minute", () => {
    const { schedules, clock, ran } = setUp();
    schedules.attach(ONE, [HOURLY], HOUR);
    clock.pass(SECOND);
    clock.set(START + 3 * HOUR);
    clock.pass(MINUTE);
    expect(ran()).toEqual(["hourly@11:00:00"]);
  });

  test("back by an hour brings no run twice, and goes on after it", () => {
    const { schedules, clock, ran } = setUp();
    schedules.attach(ONE, [HOURLY], HOUR);
    clock.pass(HOUR);
    clock.set(START);
    clock.pass(2 * HOUR);
    expect(ran()).toEqual(["hourly@09:00:00", "hourly@10:00:00"]);
  });

  test("back by years does not stop the schedule for years", () => {
    const { schedules, clock, ran } = setUp();
    clock.set(START + 3_650 * DAY);
    schedules.attach(ONE, [HOURLY], HOUR);
    clock.pass(HOUR);
    clock.set(START);
    clock.pass(HOUR);
    expect(ran()).toEqual(["hourly@09:00:00", "hourly@09:00:00"]);
  });
});

describe("what is stopped", () => {
  test("runs no more, while others go on", () => {
    const { schedules, clock, ran } = setUp();
    schedules.attach(ONE, [HOURLY], HOUR);
    schedules.attach({ ...ONE, id: "two" }, [HOURLY], HOUR);
    schedules.detach("one");
    clock.pass(HOUR);
    expect([ran("one"), ran("two")]).toEqual([[], ["hourly@09:00:00"]]);
  });

  test("leaves no timer behind", () => {
    const { schedules, clock } = setUp();
    schedules.attach(ONE, [HOURLY], HOUR);
    schedules.detach("one");
    expect(clock.isWaiting()).toBe(false);
    schedules.close();
    schedules.attach(ONE, [HOURLY], HOUR);
    expect(clock.isWaiting()).toBe(false);
  });
});

test("a run that could not be stored is tried again, and holds up no other schedule", () => {
  const { schedules, clock, ran, errors, store } = setUp();
  schedules.attach(ONE, [HOURLY], HOUR);
  schedules.attach({ ...ONE, id: "two" }, [every("soon", "1 9 * * *")], HOUR);
  store.db.exec(
    `CREATE TEMP TRIGGER full BEFORE INSERT ON main.inbox WHEN NEW.instance_id = 'one'
     BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
  );
  clock.pass(32 * MINUTE);
  expect([ran("one"), ran("two")]).toEqual([[], ["soon@09:01:00"]]);
  expect(errors[0]).toBe('The schedule "hourly" of one could not be stored.');
  expect(errors.length).toBeLessThan(15);
  store.db.exec("DROP TRIGGER full");
  clock.pass(10 * SECOND);
  expect(ran("one")).toEqual(["hourly@09:00:00"]);
});

test("how late a waiting run may be is the schedule's to say, and of a room's event it says nothing", () => {
  const { schedules } = setUp();
  schedules.attach(ONE, [HOURLY, every("strict", "* * * * *", { catchUpSeconds: 0 })], HOUR);
  expect(schedules.catchUpMs("one", "schedule:hourly")).toBe(HOUR);
  expect(schedules.catchUpMs("one", "schedule:strict")).toBe(MINUTE);
  expect(schedules.catchUpMs("one", "!room:test")).toBeUndefined();
});

test.each<[Partial<ScheduleInfo>, string]>([
  [{ cron: "0 9 * *" }, 'The schedule "report" cannot be run: "0 9 * *" is no cron expression: '],
  [{ timeZone: "Berlin" }, 'The schedule "report" cannot be run: There is no time zone "Berlin".'],
  [{ catchUpSeconds: -1 }, 'The schedule "report" cannot be run: catchUpSeconds must '],
  [{ cron: 5 as never }, 'The schedule "report" cannot be run: cron must be string.'],
  [{ name: "a b" }, 'The schedule "a b" cannot be run: name must match pattern'],
])("%j is refused before anything runs, with the schedule's name and the reason", (wrong, message) => {
  const { schedules, clock, store } = setUp();
  expect(() => schedules.attach(ONE, [HOURLY, every("report", "0 9 * * *", wrong)], HOUR)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
  );
  expect(clock.isWaiting()).toBe(false);
  expect(store.db.prepare("SELECT count(*) FROM schedule").pluck().get()).toBe(0);
});
