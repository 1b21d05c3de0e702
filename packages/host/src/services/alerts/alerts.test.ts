import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AccountState } from "../../matrix/account-client.ts";
import { readCron } from "../../runtime/cron.ts";
import { createInstanceHealth } from "../../runtime/instance-health.ts";
import type { AccountRow } from "../../store/accounts.ts";
import { addInstances, openTestStore } from "../../testing/store.ts";
import { backupNotices } from "../backup-notices.ts";
import { createBackupSchedule } from "../backup-schedule.ts";
import { createAlerts } from "./alerts.ts";
import type { ConditionSource } from "./condition.ts";
import { accountsNotSyncing, backupsMissing, checksFailing } from "./sources.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 12);

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

/** A host that is started again and again on the same registry. */
function setUp() {
  const store = openTestStore();
  const sent: string[] = [];
  const warnings: string[] = [];
  const state = { wrong: [] as string[], away: false, full: false };
  const source: ConditionSource = {
    ...{ name: "test", holdMs: 0, clearMs: 0 },
    look: () => state.wrong.map((name) => ({ key: `test:${name}`, problem: `${name} is wrong.` })),
  };
  const settings = {
    ...store.settings,
    set(key: string, value: string): undefined {
      if (state.full) throw new Error("the disk is full");
      store.settings.set(key, value);
    },
  };
  const start = (summary: string | null = null, sources = [source]) =>
    createAlerts({
      config: { room: "!alerts:test", account: "@host:test", operators: ["@ada:test"] },
      ...{ settings, sources },
      async send(_txnId, content) {
        if (state.away) throw new Error("the homeserver is away");
        sent.push(String((content as { body: unknown }).body));
      },
      figures: () => ({
        bots: [
          { id: "one", status: "running", reason: null },
          { id: "two", status: "crashed", reason: "It threw." },
        ],
        accounts: [{ userId: "@host:test", status: "syncing" }],
        ...{ received: 1_234, failed: 3, freeShare: 0.456, lastBackupAt: START - 60 * MINUTE },
      }),
      logs: { lines: () => [] },
      restart: async () => true,
      audit: { record: () => undefined },
      summary: summary === null ? null : readCron(summary, "UTC"),
      warn: (message) => void warnings.push(message),
    });
  return { state, sent, warnings, start, after: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test("what is wrong is told within 15 seconds, and that it is over", async () => {
  const { state, sent, start, after } = setUp();
  const alerts = start();
  state.wrong = ["it"];
  await after(15_000);
  expect(sent).toEqual(["⚠️ it is wrong. (since 2026-11-20 12:00 UTC)"]);
  state.wrong = [];
  await after(125 * MINUTE);
  expect(sent.slice(1)).toEqual(["✅ All clear after 1 min: it is wrong."]);
  alerts.close();
  state.wrong = ["it"];
  await after(MINUTE);
  expect(sent).toHaveLength(2);
});

test("what the account could not say while it was away it says when it is back, also after a restart", async () => {
  const { state, sent, start, after, warnings } = setUp();
  state.away = true;
  state.wrong = ["it"];
  const first = start();
  await after(10 * MINUTE);
  expect(sent).toEqual([]);
  expect(first.notices()).toMatchObject([
    { message: "Alerts cannot be sent to !alerts:test by @host:test: the homeserver is away" },
  ]);
  expect(warnings).toEqual(["Alerts cannot be sent to !alerts:test by @host:test; they wait."]);
  first.close();
  const second = start();
  state.away = false;
  state.wrong = [];
  await after(15_000);
  expect(sent).toEqual([
    "⚠️ it is wrong. (since 2026-11-20 12:00 UTC)",
    "✅ All clear after 10 min: it is wrong.",
  ]);
  expect(second.notices()).toEqual([]);
  second.close();
});

test("a restart tells nothing again", async () => {
  const { state, sent, start, after } = setUp();
  state.wrong = ["it"];
  const first = start();
  await after(MINUTE);
  first.close();
  const second = start();
  await after(MINUTE);
  expect(sent).toHaveLength(1);
  second.close();
});

test("a disk that takes no more is told all the same", async () => {
  const { state, sent, start, after } = setUp();
  state.full = true;
  state.wrong = ["the disk"];
  const alerts = start();
  await after(MINUTE);
  expect(sent).toEqual(["⚠️ the disk is wrong. (since 2026-11-20 12:00 UTC)"]);
  alerts.close();
});

test("a summary comes once when it is due, and one for all that were missed", async () => {
  const { state, sent, start, after } = setUp();
  const first = start("0 8 * * *");
  await after(19 * 60 * MINUTE);
  expect(sent).toEqual([]);
  await after(61 * MINUTE);
  expect(sent).toEqual([
    [
      "The last 24 hours:",
      "1,234 events handled, 3 failed",
      "1 of 2 bots run, 1 of 1 accounts sync",
      "46 % of the disk is free, the newest backup is of 2026-11-20 11:00 UTC",
      "Nothing is wrong that is watched.",
    ].join("\n"),
  ]);
  first.close();
  vi.setSystemTime(START + 4 * 24 * 60 * MINUTE);
  state.wrong = ["it"];
  const second = start("0 8 * * *");
  await after(MINUTE);
  expect(sent).toHaveLength(3);
  expect(sent[2]).toContain("⚠️ it is wrong.");
  second.close();
});

test("an account that does not sync is told after five minutes, and the all-clear when it has synced for one", async () => {
  const { sent, start, after } = setUp();
  const state: AccountState = { status: "unreachable", reason: "connection refused", lastSyncAt: null };
  const accounts = { list: () => [{ id: "1", userId: "@bot:test" }] as AccountRow[] };
  const alerts = start(null, [accountsNotSyncing({ accounts, stateOf: () => state, now: Date.now })]);
  const syncs = (status: AccountState["status"]) =>
    Object.assign(state, { status, reason: null, lastSyncAt: Date.now() });
  await after(4 * MINUTE);
  syncs("syncing");
  await after(MINUTE);
  syncs("unreachable");
  await after(5 * MINUTE);
  expect(sent).toEqual([]);
  await after(MINUTE / 2);
  expect(sent).toEqual(["⚠️ @bot:test is not syncing: unreachable. (since 2026-11-20 12:05 UTC)"]);
  syncs("syncing");
  await after(MINUTE);
  expect(sent).toHaveLength(1);
  await after(MINUTE / 2);
  expect(sent[1]).toMatch(/^✅ All clear after \d min: @bot:test is not syncing/);
  alerts.close();
});

test("a backup that comes off when it is tried again is not told; one that fails twice is, until there is one", async () => {
  const { sent, start, after } = setUp();
  const state = { goodAt: START, failure: null as string | null, fails: true, takes: 0 };
  let underWay = false;
  const backups = {
    async make() {
      underWay = true;
      await new Promise((done) => setTimeout(done, state.takes));
      underWay = false;
      state.failure = state.fails ? "the disk is full" : null;
      if (state.fails) throw new Error("the disk is full");
      state.goodAt = Date.now();
      return { name: "", size: 1, createdAt: Date.now(), withKey: false, encrypted: false };
    },
    lastGoodAt: () => state.goodAt,
    lastFailure: () => state.failure,
    idle: () => Promise.resolve(),
    isUnderWay: () => underWay,
  };
  const schedule = createBackupSchedule({
    times: readCron("0 * * * *", "UTC"),
    backups,
    warn: () => undefined,
  });
  const notices = () => backupNotices(backups, schedule);
  const alerts = start(null, [backupsMissing({ notices, backups })]);
  // The first is due at one, and tried again half an hour later.
  await after(61 * MINUTE);
  expect(notices()).toHaveLength(1);
  state.fails = false;
  await after(40 * MINUTE);
  expect(notices()).toEqual([]);
  expect(sent).toEqual([]);
  state.fails = true;
  await after(70 * MINUTE);
  expect(sent).toEqual([expect.stringContaining("⚠️ The last backup failed: the disk is full")]);
  // While the next one is made, nothing is over; it fails as well.
  state.takes = 20 * MINUTE;
  await after(60 * MINUTE);
  expect(sent).toHaveLength(1);
  state.fails = false;
  await after(45 * MINUTE);
  expect(sent.slice(1)).toEqual([expect.stringMatching(/^✅ All clear after .*: The last backup failed/)]);
  schedule.close();
  alerts.close();
});

test("a bot's own check that comes and goes is not told; one that stays is, over a restart of the bot, until it is well", async () => {
  const { sent, start, after } = setUp();
  const store = openTestStore();
  addInstances(store, ["one"]);
  const health = createInstanceHealth();
  const feed = (ok: boolean) =>
    health.set("one", { check: "feed", ok, message: ok ? "It answers." : "It does not answer." });
  const alerts = start(null, [checksFailing({ instances: store.instances, health })]);
  for (let round = 0; round < 5; round++) {
    feed(false);
    await after(MINUTE);
    feed(true);
    await after(MINUTE);
  }
  expect(sent).toEqual([]);
  feed(false);
  await after(3 * MINUTE);
  expect(sent).toEqual([expect.stringContaining("⚠️ one: It does not answer. (since ")]);
  health.forget("one");
  await after(2 * MINUTE);
  feed(false);
  await after(10 * MINUTE);
  expect(sent).toHaveLength(1);
  feed(true);
  await after(6 * MINUTE);
  expect(sent.slice(1)).toEqual([expect.stringMatching(/^✅ All clear after .*: one: It does not answer\./)]);
  alerts.close();
});

test("a command that is read late is answered with why it is not done; elsewhere, and of others, it is none", async () => {
  const { sent, start, after } = setUp();
  const alerts = start();
  const command = {
    ...{
      type: "m.room.message",
      event_id: "$late",
      sender: "@ada:test",
      origin_server_ts: START - 12 * MINUTE,
    },
    content: { msgtype: "m.text", body: "!rookery restart one" },
  };
  const others = [{ ...command, sender: "@eve:test" }];
  expect(alerts.take("@bot:test", "!alerts:test", [command]).events).toEqual([command]);
  expect(alerts.take("@host:test", "!other:test", [command]).events).toEqual([command]);
  expect(alerts.take("@host:test", "!alerts:test", others).events).toEqual(others);
  const { events, obey } = alerts.take("@host:test", "!alerts:test", [command]);
  expect(events).toEqual([]);
  obey();
  await after(0);
  expect(sent).toEqual([
    "That was said 12 min ago and is not done, as it may no longer be meant. Say it again if it is.",
  ]);
  alerts.close();
});
