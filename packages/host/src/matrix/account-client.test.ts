import { type AccountCrypto, CryptoError } from "@rookery/crypto/account";
import type { DevHomeserver } from "@rookery/dev-homeserver";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { NO_ENCRYPTION } from "../testing/no-encryption.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type AccountClientOptions, startAccountClient } from "./account-client.ts";
import type { SyncBatch } from "./sync-response.ts";

/** Two people on a homeserver, one of them with a running sync loop that keeps what it got. */
async function setUp(homeserver?: DevHomeserver, more: Partial<AccountClientOptions> = {}) {
  const server = homeserver ?? (await startTestHomeserver());
  const http = createTestHttp();
  const ada = await register(server, http, "ada");
  const bot = await register(server, http, "bot");
  const deviceId = more.encryptionPlace ? bot.deviceId : "";
  const batches: SyncBatch[] = [];
  const errors: string[] = [];

  function start(syncToken: string | null = null) {
    const { userId, accessToken } = bot;
    const account = startAccountClient({
      account: { userId, deviceId, accessToken, homeserverUrl: server.url, syncToken },
      http,
      encryptionPlace: NO_ENCRYPTION,
      onSync: (_since, batch) => void batches.push(batch),
      onBlocked: () => undefined,
      onError: (message) => void errors.push(message),
      ...more,
    });
    onTestFinished(() => account.stop());
    return account;
  }
  const bodies = () =>
    batches
      .flatMap(({ timeline }) => timeline)
      .flatMap(({ events }) => events)
      .flatMap(({ type, content }) => (type === "m.room.message" ? [content.body] : []));
  return { server, http, ada, bot, start, batches, errors, bodies };
}

test("what is said in the account's rooms comes in order, each thing once", async () => {
  const { ada, bot, start, bodies } = await setUp();
  const roomId = await ada.room([bot]);
  const account = start();
  await eventually("the first sync", () => account.state.status === "syncing");
  for (const body of ["one", "two", "three"]) await ada.say(roomId, body);
  await eventually("three messages", () => bodies().length >= 3);
  expect(bodies()).toEqual(["one", "two", "three"]);
  expect(account.state).toMatchObject({ status: "syncing", reason: null, lastSyncAt: expect.any(Number) });
});

test("a loop goes on from the token that it is given", async () => {
  const { ada, bot, start, batches, bodies } = await setUp();
  const roomId = await ada.room([bot]);
  await ada.say(roomId, "before");
  const first = start();
  await eventually("the first sync", () => batches.length > 0);
  await first.stop();
  const token = batches.at(-1)?.nextBatch ?? "";
  await ada.say(roomId, "while it was away");

  batches.length = 0;
  start(token);
  await eventually("the message", () => bodies().length > 0);
  expect(bodies()).toEqual(["while it was away"]);
});

test("messages to the device that one sync did not bring are asked for at once, and waited for", async () => {
  const order: unknown[] = [];
  const { ada, bot, start, batches } = await setUp(undefined, {
    onSync(_since, batch) {
      batches.push(batch);
      order.push(batch.hasMoreForDevice);
      if (batch.hasMoreForDevice) void account.keysAreIn().then(() => order.push("they are in"));
    },
  });
  const first = start();
  await eventually("the first sync", () => batches.length > 0);
  await first.stop();
  // As many as Synapse gives with one sync.
  for (let n = 0; n < 100; n++)
    await ada.client.doRequest("PUT", `/_matrix/client/v3/sendToDevice/org.example.ping/${n}`, null, {
      messages: { [bot.userId]: { [bot.deviceId]: {} } },
    });
  order.length = 0;
  const account = start(batches.at(-1)?.nextBatch);
  await eventually("the end of them", () => order.includes("they are in"), 4_000);
  expect(order).toEqual([true, false, "they are in"]);
  await account.keysAreIn();
});

test("a sync that the encryption cannot keep, as the disk is full, comes again until it can", async () => {
  const taken: unknown[] = [];
  const failures = Array.from({ length: 4 }, () => new CryptoError("STORE_FAILED", "the disk is full"));
  const crypto = {
    status: async () => ({}),
    outgoing: async () => undefined,
    close: async () => undefined,
    async handleSync({ to_device }: { to_device?: { events?: unknown[] } }) {
      const failure = failures.pop();
      if (failure) throw failure;
      taken.push(...(to_device?.events ?? []));
    },
  } as unknown as AccountCrypto;
  const encryptionPlace = { ...NO_ENCRYPTION, isThere: () => true, open: () => crypto };
  const { ada, bot, start, batches, errors } = await setUp(undefined, { encryptionPlace });
  const messages = { [bot.userId]: { [bot.deviceId]: { room_key: "…" } } };
  const path = "/_matrix/client/v3/sendToDevice/org.example.key/1";
  await ada.client.doRequest("PUT", path, null, { messages });
  const account = start();
  await eventually("the failure to be told", () => account.state.reason?.includes("the disk is full"));
  expect([batches, taken]).toEqual([[], []]);
  await eventually("the sync", () => account.state.status === "syncing");
  expect(taken).toMatchObject([{ content: { room_key: "…" } }]);
  expect(errors).toHaveLength(1);
  await account.stop();
  await account.encryption.close();
});

test("a batch that could not be stored comes again", async () => {
  let refusals = 0;
  const seen: unknown[] = [];
  const { ada, bot, start, errors } = await setUp(undefined, {
    onSync(_since, { timeline }) {
      const bodies = timeline.flatMap(({ events }) => events.map(({ content }) => content.body));
      if (bodies.includes("hi") && refusals++ === 0) throw new Error("the disk is full");
      seen.push(...bodies);
    },
  });
  const roomId = await ada.room([bot]);
  const account = start();
  await eventually("the first sync", () => account.state.status === "syncing");
  await ada.say(roomId, "hi");
  await eventually("the failure to be noticed", () => account.state.reason === "the disk is full");
  await eventually("the message", () => seen.includes("hi"));
  expect(errors).toHaveLength(1);
});

test("a homeserver that came back is noticed within two seconds", async () => {
  const dataDir = temporaryDirectory();
  const before = await startDevHomeserver({ dataDir, serverName: "test" });
  const { ada, bot, start, bodies, errors } = await setUp(before);
  const roomId = await ada.room([bot]);
  const account = start();
  await eventually("the first sync", () => account.state.status === "syncing");
  await before.close();
  await eventually("the loss to be noticed", () => account.state.status === "unreachable");
  expect(account.state.reason).toContain("could not be reached");

  await startTestHomeserver({ dataDir, port: before.port });
  const back = performance.now();
  await eventually("the loop to sync again", () => account.state.status === "syncing");
  expect(performance.now() - back).toBeLessThan(2_000);
  await ada.say(roomId, "are you there?");
  await eventually("the message", () => bodies().includes("are you there?"));
  expect(errors).toHaveLength(1);
});

test("an account whose login has ended is blocked, and says what to do", async () => {
  const { ada, bot, start, errors } = await setUp();
  const roomId = await ada.room([bot]);
  const account = start();
  await eventually("the first sync", () => account.state.status === "syncing");
  await bot.client.doRequest("POST", "/_matrix/client/v3/logout", null, {});
  await ada.say(roomId, "this ends the poll that was on its way");
  await eventually("the block", () => account.state.status === "blocked");
  expect(account.state.reason).toBe("The homeserver no longer accepts the login of @bot:test. Log in again.");
  expect(errors).toEqual([account.state.reason]);
});

test("names of those who speak are known, others are asked for", async () => {
  const { ada, bot, start, bodies } = await setUp();
  await ada.client.setDisplayName("Ada Lovelace");
  const roomId = await ada.room([bot]);
  const account = start();
  await ada.say(roomId, "hi");
  await eventually("the message", () => bodies().length > 0);
  expect(await account.names.get(roomId, ada.userId)).toBe("Ada Lovelace");
  expect(await account.names.get(roomId, bot.userId)).toBe("bot");
  expect(await account.names.get(roomId, "@nobody:test")).toBeNull();
});

test("a loop stops at once, in the middle of a poll, and nothing comes after", async () => {
  const { ada, bot, start, batches } = await setUp();
  const roomId = await ada.room([bot]);
  const account = start();
  await eventually("the first sync", () => account.state.status === "syncing");
  const begin = performance.now();
  await account.stop();
  // A poll takes thirty seconds.
  expect(performance.now() - begin).toBeLessThan(10_000);
  const count = batches.length;
  await ada.say(roomId, "too late");
  expect(batches).toHaveLength(count);
});
