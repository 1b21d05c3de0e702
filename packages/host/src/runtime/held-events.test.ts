import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HostMatrixClient } from "../matrix/client.ts";
import type { RoomEvent, SyncBatch } from "../matrix/sync-response.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { HOLD_MS } from "./held-events.ts";
import { createIntake, type IntakeAccount } from "./intake.ts";
import { createSubscriptionTable } from "./subscriptions.ts";

const ROOM = "!room:test";
const HOUR_MS = 60 * 60_000;
const EVERY_TEXT = {
  ...{ prefix: "!", commands: [], texts: [], everyText: true, types: [], schedules: [], webhooks: [] },
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What an account takes in; its keys come when the test says so. `go` is the host's coming. */
function setUp({ catchUpMs = HOUR_MS } = {}) {
  const store = openTestStore();
  addInstances(store, ["one"]);
  const keys = new Set<string>();
  const given: string[] = [];
  const warnings: string[] = [];
  let last = 0;

  const isReadable = ({ type, content }: RoomEvent) =>
    type !== "m.room.encrypted" || keys.has(String(content.session_id));

  function go() {
    const subscriptions = createSubscriptionTable();
    subscriptions.set("one", "account", EVERY_TEXT, catchUpMs);
    const intake = createIntake({
      ...{ inbox: store.inbox, subscriptions, isOwn: () => false },
      onStored: (entries) =>
        void given.push(...entries.map(({ event }) => JSON.parse(event).content.body as string)),
      onError: (message) => void warnings.push(message),
    });
    const stopping = new AbortController();
    const account: IntakeAccount = {
      id: "account",
      userId: "@bot:test",
      client: {} as HostMatrixClient,
      signal: stopping.signal,
      keysAreIn: () => Promise.resolve(),
      decrypt: async (_roomId, events) => ({
        events: events.map((event) =>
          event.type === "m.room.encrypted" && isReadable(event)
            ? {
                ...event,
                type: "m.room.message",
                content: { msgtype: "m.text", body: event.content.ciphertext },
              }
            : event,
        ),
        awaited: new Set(events.filter((event) => !isReadable(event)).map((event) => event.event_id)),
      }),
    };
    intake.resume(account);
    return {
      /** @param session of what is encrypted; what is not has none */
      async hear(texts: { text: string; session?: string }[], roomId = ROOM) {
        const events = texts.map(
          ({ text, session }): RoomEvent => ({
            type: session === undefined ? "m.room.message" : "m.room.encrypted",
            event_id: `$${++last}`,
            sender: "@ada:test",
            origin_server_ts: Date.now(),
            content:
              session === undefined
                ? { msgtype: "m.text", body: text }
                : { session_id: session, ciphertext: text },
          }),
        );
        const timeline = [
          { roomId, limited: false, joinedBefore: false, ...(await account.decrypt(roomId, events)) },
        ];
        const nothing = { members: [], states: [], left: [], redacted: [], invites: [] };
        const encryption = { hasEncryption: true, hasMoreForDevice: false };
        const batch: SyncBatch = { nextBatch: `s${last}`, timeline, ...nothing, ...encryption };
        intake.take(account, `s${last}`, batch);
        await vi.advanceTimersByTimeAsync(0);
      },
      async keyComes(sessionId: string) {
        keys.add(sessionId);
        intake.keysCame(account, [{ roomId: ROOM, sessionId }]);
        await vi.advanceTimersByTimeAsync(0);
      },
      unread: () => intake.unread("account"),
      leave: () => stopping.abort(),
    };
  }
  return { store, given, warnings, keys, go };
}

test("what cannot be read yet is handed over when its key comes, and what was said behind it after it", async () => {
  const { given, go } = setUp();
  const host = go();
  await host.hear([{ text: "one" }, { text: "two", session: "late" }, { text: "three" }]);
  await host.hear([{ text: "behind" }]);
  await host.hear([{ text: "four", session: "later" }, { text: "five" }]);
  await host.hear([{ text: "elsewhere" }], "!other:test");
  expect(given).toEqual(["one", "elsewhere"]);
  expect(host.unread()).toEqual({ waiting: 2, unreadable: 0 });
  await host.keyComes("late");
  expect(given).toEqual(["one", "elsewhere", "two", "three", "behind"]);
  await host.keyComes("later");
  expect(given).toEqual(["one", "elsewhere", "two", "three", "behind", "four", "five"]);
  await host.hear([{ text: "six" }]);
  expect(given.at(-1)).toBe("six");
  expect(host.unread()).toEqual({ waiting: 0, unreadable: 0 });
});

test("a key that came while the host was away is found at its next start, and one that comes after it too", async () => {
  const { given, keys, store, go } = setUp();
  const first = go();
  await first.hear([{ text: "one", session: "a" }, { text: "two", session: "b" }, { text: "three" }]);
  first.leave();
  keys.add("a");
  const second = go();
  await vi.advanceTimersByTimeAsync(0);
  expect(given).toEqual(["one"]);
  await second.keyComes("b");
  expect(given).toEqual(["one", "two", "three"]);
  expect(store.inbox.held("account")).toEqual([]);
});

test("a room waits for a key no longer than half a minute; the event itself may come late", async () => {
  const { given, go } = setUp();
  const host = go();
  await host.hear([{ text: "late", session: "a" }, { text: "two" }]);
  await vi.advanceTimersByTimeAsync(HOLD_MS - 1);
  expect(given).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(given).toEqual(["two"]);
  await host.hear([{ text: "three" }]);
  expect(given).toEqual(["two", "three"]);
  await host.keyComes("a");
  expect(given).toEqual(["two", "three", "late"]);
});

test("what no key came for within the catch-up age is counted, and told once", async () => {
  const { given, warnings, store, go } = setUp();
  const host = go();
  await host.hear([{ text: "never", session: "a" }]);
  await host.hear([{ text: "neither", session: "b" }]);
  await vi.advanceTimersByTimeAsync(HOUR_MS + 10);
  expect(host.unread()).toEqual({ waiting: 0, unreadable: 2 });
  expect(warnings).toEqual([expect.stringContaining("its key did not come")]);
  expect(store.inbox.held("account")).toEqual([]);
  await host.keyComes("a");
  expect(given).toEqual([]);
});

test("a flood of what nobody can read is bounded: the oldest are given up", async () => {
  const { go } = setUp();
  const host = go();
  await host.hear(Array.from({ length: 1_200 }, (_, n) => ({ text: `${n}`, session: `s${n}` })));
  expect(host.unread()).toEqual({ waiting: 1_000, unreadable: 200 });
});
