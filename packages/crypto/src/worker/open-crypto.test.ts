import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KeyServer, keyServer } from "../testing/index.ts";
import { type AccountCrypto, openCrypto } from "./open-crypto.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-crypto-worker-"));
  server = await keyServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

let server: KeyServer;
const room = {
  roomId: "!room:rook.test",
  members: ["@bot:rook.test", "@alice:rook.test"],
  encryption: { algorithm: "m.megolm.v1.aes-sha2" },
};

function open(name: string, deviceId: string, options: { worker?: URL; file?: string } = {}): AccountCrypto {
  const userId = `@${name}:rook.test`;
  return openCrypto({
    userId,
    deviceId,
    file: join(folder, `${deviceId}.db`),
    storeKey: new Uint8Array(32),
    http: server.httpOf(userId, deviceId),
    ...options,
  });
}

const encryptedEvent = (sender: string, content: object) => ({
  type: "m.room.encrypted",
  event_id: "$event",
  room_id: room.roomId,
  sender,
  origin_server_ts: 0,
  content,
});

test("an account's thread starts with the first call, ends with close, and leaves no globals in this one", async () => {
  const [bot, alice] = [open("bot", "BOT"), open("alice", "PHONE")];
  expect([bot.isRunning, alice.isRunning]).toEqual([false, false]);
  await alice.outgoing();
  await bot.outgoing();
  const content = await bot.encrypt(room, "m.room.message", { msgtype: "m.text", body: "Hello" });
  await alice.handleSync(await server.sync("@alice:rook.test", "PHONE"));
  expect(await alice.decrypt(room.roomId, encryptedEvent("@bot:rook.test", content))).toMatchObject({
    isDecrypted: true,
    content: { body: "Hello" },
  });
  expect("indexedDB" in globalThis).toBe(false);
  const underWay = bot.encrypt(room, "m.room.message", { msgtype: "m.text", body: "Goodbye" });
  await Promise.all([bot.close(), alice.close()]);
  expect(await underWay).toMatchObject({ session_id: content.session_id });
  expect([bot.isRunning, alice.isRunning]).toEqual([false, false]);
  await expect(bot.status()).rejects.toMatchObject({ code: "CLOSED" });
});

test("a panic in the Rust implementation ends that thread only; the next call goes on with its file", async () => {
  const other = open("alice", "LAPTOP");
  await other.outgoing();
  const worker = new URL("./panicking.ts", import.meta.url);
  const bot = open("bot", "FRAGILE", { worker });
  await bot.outgoing();
  const before = await bot.encrypt(room, "m.room.message", { msgtype: "m.text", body: "before" });

  const [panicked, alongside] = await Promise.allSettled([bot.status(), bot.status()]);
  expect(panicked).toMatchObject({ status: "rejected", reason: { code: "CRASHED" } });
  expect(alongside).toMatchObject({ status: "rejected", reason: { code: "CRASHED" } });
  expect(bot.isRunning).toBe(false);

  const after = await bot.encrypt(room, "m.room.message", { msgtype: "m.text", body: "after" });
  expect(after.session_id).toBe(before.session_id);
  expect(after.ciphertext).not.toBe(before.ciphertext);
  await other.handleSync(await server.sync("@alice:rook.test", "LAPTOP"));
  for (const content of [before, after]) {
    const event = encryptedEvent("@bot:rook.test", content);
    expect(await other.decrypt(room.roomId, event)).toMatchObject({ isDecrypted: true });
  }
  await Promise.all([bot.close(), other.close()]);
});

test("a thread in which a call hangs is ended, with the calls that wait behind it", async () => {
  const bot = open("bot", "HANGS", { worker: new URL("./hanging.ts", import.meta.url) });
  await expect(bot.status()).rejects.toMatchObject({ code: "HUNG" });
  expect(bot.isRunning).toBe(false);
  // Another thread, which hangs as well.
  await expect(bot.status()).rejects.toMatchObject({ code: "HUNG" });
  await bot.close();
});

test("a file that another device's thread holds is said to be held, and can be opened when it is free", async () => {
  const first = open("bot", "ONE");
  await first.outgoing();
  const second = open("bot", "TWO", { file: join(folder, "ONE.db") });
  await expect(second.outgoing()).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(second.isRunning).toBe(false);
  await first.close();
  // It is another device's, under another name: the file has room for both.
  await second.outgoing();
  await second.close();
});

test("a homeserver that does not answer is a failure of the call, not of the thread", async () => {
  const bot = openCrypto({
    userId: "@bot:rook.test",
    deviceId: "ALONE",
    file: join(folder, "ALONE.db"),
    storeKey: new Uint8Array(32),
    http: { request: () => Promise.reject(new Error("connection refused")) },
  });
  await expect(bot.outgoing()).rejects.toMatchObject({
    code: "HOMESERVER",
    message: expect.stringContaining("connection refused"),
  });
  expect(await bot.status()).toMatchObject({ deviceId: "ALONE", hasIdentity: false });
  await bot.close();
});
