import { expect, onTestFinished, test } from "vitest";
import { startAccountClient } from "../matrix/account-client.ts";
import { readHistory } from "../matrix/history.ts";
import type { InboxEntry } from "../store/inbox.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { NO_ENCRYPTION } from "../testing/no-encryption.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createIntake } from "./intake.ts";
import { createSubscriptionTable } from "./subscriptions.ts";

const EVERY_TEXT = {
  ...{ prefix: "!", commands: [], texts: [], everyText: true, types: [], schedules: [], webhooks: [] },
};

/** An account whose events are taken in; `go` and `leave` are the host's coming and going. */
async function setUp({ catchUpMs = 3_600_000 } = {}) {
  const server = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(server, http, "ada");
  const bot = await register(server, http, "bot");
  const store = openTestStore();
  addInstances(store, ["one"]);
  const stored: InboxEntry[] = [];
  const errors: string[] = [];

  function go({ keysAreIn = () => Promise.resolve() } = {}) {
    const subscriptions = createSubscriptionTable();
    subscriptions.set("one", "account", EVERY_TEXT, catchUpMs);
    const intake = createIntake({
      inbox: store.inbox,
      subscriptions,
      isOwn: (userId) => userId === bot.userId,
      onStored: (entries) => void stored.push(...entries),
      onError: (message) => void errors.push(message),
    });
    const { userId, accessToken } = bot;
    const syncToken = store.accounts.get("account")?.syncToken ?? null;
    const loop = startAccountClient({
      account: { userId, accessToken, homeserverUrl: server.url, syncToken },
      http,
      encryptionPlace: NO_ENCRYPTION,
      onSync: (since, batch) => intake.take(account, since, batch),
      onBlocked: () => undefined,
      onError: (message) => void errors.push(message),
    });
    const { client, signal, encryption } = loop;
    const account = {
      ...{ id: "account", userId, client, signal, keysAreIn, decrypt: encryption.decrypt },
    };
    intake.resume(account);
    onTestFinished(() => loop.stop());
    return {
      leave: () => loop.stop(),
      synced: () => eventually("a sync", () => loop.state.status === "syncing"),
      account,
      intake,
    };
  }

  /** Ada says all of it at once. */
  const inject = (roomId: string, texts: string[]) =>
    server.inject(
      roomId,
      ada.userId,
      texts.map((body) => ({ msgtype: "m.text", body })),
    );
  const bodies = () =>
    stored.map(({ event }) => (JSON.parse(event) as { content: { body: string } }).content.body);
  return { server, ada, bot, store, stored, errors, inject, bodies, go };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `message ${from + i}`);

test("a thousand messages that were said while the account was away come in order, each once", async () => {
  const { ada, bot, store, bodies, go, inject } = await setUp();
  const roomId = await ada.room([bot]);
  const first = go();
  await first.synced();
  await first.leave();
  inject(roomId, numbers(1_200));

  go();
  await eventually("all of them", () => bodies().length >= 1_200);
  await eventually("the gap to be closed", () => store.inbox.gaps("account").length === 0);
  expect(bodies()).toEqual(numbers(1_200));
});

test("what is said while a gap is filled comes after it", async () => {
  const { ada, bot, bodies, go, inject } = await setUp();
  const roomId = await ada.room([bot]);
  const first = go();
  await first.synced();
  await first.leave();
  inject(roomId, numbers(700));
  const second = go();
  await second.synced();
  inject(roomId, numbers(700, 700));
  await eventually("all of them", () => bodies().length >= 1_400);
  expect(bodies()).toEqual(numbers(1_400));
});

test("a gap is read when the keys that waited at the homeserver are in", async () => {
  const { ada, bot, store, bodies, go, inject } = await setUp();
  const roomId = await ada.room([bot]);
  const first = go();
  await first.synced();
  await first.leave();
  inject(roomId, numbers(60));
  const keys = Promise.withResolvers<void>();
  const second = go({ keysAreIn: () => keys.promise });
  await second.synced();
  const page = await readHistory(
    second.account.client,
    roomId,
    store.inbox.gaps("account")[0] ?? expect.fail(),
  );
  expect(page.events).toHaveLength(60);
  expect(bodies()).toEqual([]);
  keys.resolve();
  await eventually("all of them", () => bodies().length === 60);
});

test("a host that dies while it fills a gap goes on where it was, and repeats nothing", async () => {
  const { server, ada, bot, store, bodies, go } = await setUp();
  const roomId = await ada.room([bot]);
  const first = go();
  await first.synced();
  await first.leave();
  server.inject(
    roomId,
    ada.userId,
    numbers(1_800).map((body) => ({ msgtype: "m.text", body })),
  );

  const second = go();
  await eventually("a first page", () => bodies().length > 0);
  await second.leave();
  const half = bodies().length;
  expect(store.inbox.gaps("account")).toHaveLength(1);
  expect(half).toBeLessThan(1_800);

  go();
  await eventually("the rest", () => bodies().length >= 1_800);
  await eventually("the gap to be closed", () => store.inbox.gaps("account").length === 0);
  expect(bodies()).toEqual(numbers(1_800));
});

test("a room that was joined while the account was away: what came after the joining, and nothing before", async () => {
  const { server, ada, bot, bodies, go } = await setUp();
  const first = go();
  await first.synced();
  await first.leave();
  const roomId = await ada.client.createRoom({ preset: "public_chat" });
  await ada.say(roomId, "before it joined");
  await bot.client.joinRoom(roomId);
  server.inject(
    roomId,
    ada.userId,
    numbers(300).map((body) => ({ msgtype: "m.text", body })),
  );

  go();
  await eventually("what came after", () => bodies().length >= 300);
  expect(bodies()).toEqual(numbers(300));
});

test("the first words in a room, said before who is invited has come, are heard", async () => {
  const { ada, bot, bodies, go } = await setUp();
  const first = go();
  await first.synced();
  await first.leave();
  const roomId = await ada.client.createRoom({ invite: [bot.userId] });
  await ada.say(roomId, "anybody there?");
  go();
  await eventually("the first words", () => bodies().length > 0);
  expect(bodies()).toEqual(["anybody there?"]);
});

test("first words whose key was not given to who was invited hold nothing up", async () => {
  const { bot, bodies, go } = await setUp();
  const { synced, leave, account, intake } = go();
  await synced();
  await leave();
  const event = (event_id: string, type: string, sender: string, content: object) => ({
    ...{ event_id, type, sender, origin_server_ts: Date.now(), content: { ...content } },
  });
  const joining = event("$2", "m.room.member", bot.userId, { membership: "join" });
  const events = [
    event("$1", "m.room.encrypted", "@ada:test", {}),
    { ...joining, state_key: bot.userId },
    event("$3", "m.room.message", "@ada:test", { msgtype: "m.text", body: "after" }),
  ];
  const timeline = [
    { roomId: "!a:test", events, limited: false, joinedBefore: false, awaited: new Set(["$1"]) },
  ];
  const nothing = { members: [], states: [], left: [], redacted: [], invites: [] };
  const encryption = { hasEncryption: true, hasMoreForDevice: false };
  intake.take(account, "s1", { nextBatch: "s2", timeline, ...nothing, ...encryption });
  expect(bodies()).toEqual(["after"]);
  expect(intake.unread("account")).toEqual({ waiting: 0, unreadable: 0 });
});

test("an invitation is accepted, also one that came before a host died", async () => {
  const { ada, bot, store, go } = await setUp();
  const first = go();
  await first.synced();
  await first.leave();
  const roomId = await ada.client.createRoom({ invite: [bot.userId] });
  // The sync that told of it was stored, and the host died before it joined.
  store.inbox.append({
    ...{ accountId: "account", syncToken: "s999999", deliveries: [], gaps: [], skipped: new Map() },
    joins: [{ roomId, via: [] }],
  });
  go();
  await eventually("the joining", async () => (await bot.client.getJoinedRooms()).includes(roomId));
  await eventually("the note to be gone", () => store.inbox.joins("account").length === 0);
});

test("an invitation that cannot be accepted is told, and not tried for ever", async () => {
  const { store, errors, go } = await setUp();
  const first = go();
  await first.synced();
  await first.leave();
  const syncToken = store.accounts.get("account")?.syncToken ?? "";
  store.inbox.append({
    ...{ accountId: "account", syncToken, deliveries: [], gaps: [], skipped: new Map() },
    joins: [{ roomId: "!nowhere:test", via: [] }],
  });
  go();
  await eventually("the note to be gone", () => store.inbox.joins("account").length === 0);
  expect(errors).toEqual([expect.stringContaining("could not join !nowhere:test")]);
});

test("a room that was upgraded is followed", async () => {
  const { ada, bot, go } = await setUp();
  const roomId = await ada.room([bot]);
  await go().synced();
  const next = await ada.client.createRoom({ preset: "public_chat" });
  await ada.client.sendStateEvent(roomId, "m.room.tombstone", "", { body: "moved", replacement_room: next });
  await eventually("the joining", async () => (await bot.client.getJoinedRooms()).includes(next));
});

test("what is older than the catch-up age is skipped, and counted", async () => {
  const { ada, bot, store, bodies, go } = await setUp({ catchUpMs: -1 });
  const roomId = await ada.room([bot]);
  await go().synced();
  await ada.say(roomId, "too old");
  await eventually("the count", () => store.inbox.skipped("one") === 1);
  expect(bodies()).toEqual([]);
});
