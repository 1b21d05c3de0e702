import { expect, test } from "vitest";
import type { AccountState } from "../../matrix/account-client.ts";
import { createInstanceHealth } from "../../runtime/instance-health.ts";
import { addInstances, openTestStore } from "../../testing/store.ts";
import {
  accountsNotSyncing,
  backupsMissing,
  checksFailing,
  diskNearlyFull,
  encryptionUnavailable,
  handlersFailing,
  instancesCrashed,
} from "./sources.ts";

const MINUTE = 60_000;
const never = () => false;
const always = () => true;

function storeWith(...ids: string[]) {
  const store = openTestStore();
  addInstances(store, ids);
  return store;
}

test.each<[string, Partial<AccountState>, string[]]>([
  ["syncs", { status: "syncing", lastSyncAt: 1_000_000 }, []],
  ["was switched off", { status: "offline" }, []],
  [
    "cannot be reached",
    { status: "unreachable", reason: "connection refused" },
    ["@bot:test is not syncing: connection refused."],
  ],
  ["is blocked", { status: "blocked", reason: "Log in again." }, ["@bot:test is not syncing: Log in again."]],
  [
    "is never answered",
    { status: "syncing", lastSyncAt: 1_000_000 - 6 * MINUTE },
    ["@bot:test is not syncing: the homeserver does not answer its sync."],
  ],
])("an account that %s", (_what, state, problems) => {
  const { accounts } = storeWith("one");
  const stateOf = () => ({ status: "syncing", reason: null, lastSyncAt: null, ...state }) as AccountState;
  const source = accountsNotSyncing({ accounts, stateOf, now: () => 1_000_000 });
  expect(source.look(never).map(({ problem }) => problem)).toEqual(problems);
  expect(source.holdMs).toBe(5 * MINUTE);
});

test("an account that can read no encrypted room is told as the notices have it, by the account", () => {
  const source = encryptionUnavailable(() => [
    { id: "encryption:@bot:test", message: "@bot:test cannot read: its file is damaged", remedy: "" },
  ]);
  expect(source.look(never)).toEqual([
    { key: "encryption:@bot:test", problem: "@bot:test cannot read: its file is damaged." },
  ]);
});

test("an instance that crashed is told with why, and one that is stopped or starts is not", () => {
  const { instances } = storeWith("one", "two", "three");
  const states = new Map([
    ["one", { status: "crashed", reason: "It threw", since: 0 } as const],
    ["two", { status: "starting", reason: null, since: 0 } as const],
  ]);
  const observed = (id: string) => states.get(id) ?? ({ status: "stopped", reason: null, since: 0 } as const);
  const source = instancesCrashed({ instances, supervisor: { observed } });
  expect(source.look(never)).toEqual([{ key: "crashed:one", problem: "one crashed: It threw." }]);
});

test("more than 5 of 100 events that failed within ten minutes are told, until they are half as many", () => {
  const { instances } = storeWith("one");
  let at = 0;
  let counts = { received: 1_000, failed: 500 };
  const source = handlersFailing({ instances, dispatcher: { counts: () => counts }, now: () => at });
  const look = (received: number, failed: number, isTold = false) => {
    at += MINUTE;
    counts = { received: counts.received + received, failed: counts.failed + failed };
    return source.look(() => isTold).map(({ problem }) => problem);
  };
  // What was before the first look is nobody's news.
  expect(look(0, 0)).toEqual([]);
  expect(look(19, 19)).toEqual([]);
  expect(look(81, 0)).toEqual(["19 % of what one handled in 10 minutes failed: 19 of 100."]);
  for (let minute = 0; minute < 8; minute++) look(0, 0);
  expect(look(100, 5)).toEqual([]);
  expect(look(0, 0, true)).toEqual(["5.0 % of what one handled in 10 minutes failed: 5 of 100."]);
  expect(look(150, 0, true)).toEqual([]);
});

test("a bot that was made anew under the same name begins with nothing", () => {
  const { instances } = storeWith("one");
  let counts = { received: 1_000, failed: 0 };
  const source = handlersFailing({ instances, dispatcher: { counts: () => counts }, now: () => 0 });
  source.look(never);
  counts = { received: 30, failed: 30 };
  expect(source.look(never)).toEqual([]);
});

test("a disk is nearly full below a tenth, and well again above an eighth", () => {
  const look = (freeBytes: number, isTold: () => boolean) =>
    diskNearlyFull(() => ({ freeBytes, sizeBytes: 1_000 })).look(isTold);
  expect(look(100, never)).toEqual([]);
  expect(look(99, never)).toEqual([{ key: "disk", problem: "The disk is nearly full: 9.9 % is free." }]);
  expect(look(119, always)).toHaveLength(1);
  expect(look(120, always)).toEqual([]);
});

test("a backup that failed or is overdue is told as the notices have it", () => {
  const notice = { id: "backup", message: "The last backup failed: the disk is full.", remedy: "Mend that." };
  const backups = { isUnderWay: () => false };
  expect(backupsMissing({ notices: () => [notice], backups }).look(never)).toEqual([
    { key: "backup", problem: "The last backup failed: the disk is full." },
  ]);
});

test("what an instance looks after and found amiss is told, until it is well again", () => {
  const health = createInstanceHealth();
  const source = checksFailing({ instances: storeWith("one", "two").instances, health });
  health.set("one", { check: "canary", ok: false, message: "The canary's post could not be fetched" });
  health.set("two", { check: "canary", ok: true, message: "Fetched." });
  expect(source.look(never)).toEqual([
    { key: "check:one:canary", problem: "one: The canary's post could not be fetched." },
  ]);
  health.set("one", { check: "canary", ok: true, message: "Fetched." });
  expect(source.look(never)).toEqual([]);
});
