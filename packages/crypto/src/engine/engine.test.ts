import { describe, expect, test } from "vitest";
import { CryptoError } from "../errors.ts";
import { code, engines, event, MEGOLM, read, say, sessionOf, text } from "../testing/engines.ts";
import { openEngine } from "./engine.ts";

const { startServer, device, newFile } = engines();

describe("an engine", () => {
  test("is understood by another person's device, and understands it", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    const asked = await say(alice, [bot], "!hello");
    await bot.sync();
    expect(bot.keys).toEqual([{ roomId: "!room:rook.test", sessionId: sessionOf(asked) }]);
    expect(await read(bot, asked)).toMatchObject({
      isDecrypted: true,
      type: "m.room.message",
      content: text("!hello"),
      deviceId: "PHONE",
    });
    const answered = await say(bot, [alice], "Hello, Alice");
    await alice.sync();
    expect(await read(alice, answered)).toMatchObject({ isDecrypted: true, content: text("Hello, Alice") });
  });

  test("reads what was said before its key came when the key has come", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    const asked = await say(alice, [bot], "early");
    expect(await read(bot, asked)).toMatchObject({ isDecrypted: false, reason: "missing-key" });
    await bot.sync();
    expect(await read(bot, asked)).toMatchObject({ isDecrypted: true });
  });

  test("shares no key with a device that is gone, and one with a device that came", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    const phone = await device(server, "alice", "PHONE");
    const first = await say(bot, [phone], "to the phone");
    const laptop = await device(server, "alice", "LAPTOP");
    await bot.sync();
    const second = await say(bot, [phone], "to both");
    await Promise.all([phone.sync(), laptop.sync()]);
    expect(await read(laptop, first)).toMatchObject({ isDecrypted: false });
    expect(await read(laptop, second)).toMatchObject({ isDecrypted: true });
    expect(await read(phone, second)).toMatchObject({ isDecrypted: true });

    await server.removeDevice("@alice:rook.test", "PHONE");
    await bot.sync();
    const third = await say(bot, [phone], "without the phone");
    expect(sessionOf(third)).not.toBe(sessionOf(second));
    await laptop.sync();
    expect(await read(laptop, third)).toMatchObject({ isDecrypted: true });
  });

  test("takes a new room key when the room's own rotation asks for it", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    const rotation = { ...MEGOLM, rotation_period_msgs: 2, rotation_period_ms: 3_600_000 };
    const said = await Promise.all(
      Array.from({ length: 6 }, (_, i) => say(bot, [alice], `message ${i}`, rotation)),
    );
    expect(said.map(sessionOf).filter((id, i, all) => all.indexOf(id) === i)).toHaveLength(3);
    await alice.sync();
    for (const encrypted of said) expect(await read(alice, encrypted)).toMatchObject({ isDecrypted: true });
  });

  test("keeps one session for a room that asks for hours: milliseconds are no microseconds", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    // Taken for microseconds, this would be below an hour, and the shortest period counts.
    const week = { ...MEGOLM, rotation_period_ms: 604_800_000 };
    const before = await say(bot, [alice], "now", week);
    const { now } = Date;
    try {
      Date.now = () => now() + 2 * 3_600_000;
      expect(sessionOf(await say(bot, [alice], "two hours later", week))).toBe(sessionOf(before));
      Date.now = () => now() + 8 * 86_400_000;
      expect(sessionOf(await say(bot, [alice], "eight days later", week))).not.toBe(sessionOf(before));
    } finally {
      Date.now = now;
    }
  });

  test("a hundred events at once in one room use each ratchet index once, in order", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    const said = await Promise.all(Array.from({ length: 100 }, (_, i) => say(bot, [alice], `${i}`)));
    await alice.sync();
    const ciphertexts = new Set(said.map((each) => JSON.stringify(each)));
    expect(ciphertexts.size).toBe(100);
    for (const [i, encrypted] of said.entries()) {
      expect(await read(alice, encrypted)).toMatchObject({ content: text(`${i}`) });
    }
  });

  test("says what is wrong with a room that it cannot encrypt for, and with a sync that is none", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    await expect(say(bot, [], "x", { algorithm: "m.rot13" })).rejects.toEqual(code("UNSUPPORTED_ALGORITHM"));
    await expect(say(bot, [], "x", {})).rejects.toEqual(code("BAD_DATA"));
    await expect(bot.handleSync({ device_lists: { changed: "all" } })).rejects.toEqual(code("BAD_DATA"));
    expect(await read(bot, event(bot, {}))).toMatchObject({ isDecrypted: false, reason: "failed" });
    // None of it did harm.
    await say(bot, [], "y", { ...MEGOLM, rotation_period_ms: "soon", rotation_period_msgs: -1 });
  });

  test("opens again with what it had; with another key it does not open", async () => {
    const server = await startServer();
    const file = newFile();
    const alice = await device(server, "alice", "PHONE");
    const before = await device(server, "bot", "BOT", { file });
    const first = await say(alice, [before], "before");
    await before.sync();
    const { fingerprint } = await before.status();
    await before.close();

    const after = await device(server, "bot", "BOT", { file });
    expect((await after.status()).fingerprint).toBe(fingerprint);
    expect(await read(after, first)).toMatchObject({ isDecrypted: true });
    await after.close();

    const wrong = openEngine({
      userId: "@bot:rook.test",
      deviceId: "BOT",
      file,
      storeKey: new Uint8Array(32).fill(8),
      http: server.httpOf("@bot:rook.test", "BOT"),
    });
    await expect(wrong).rejects.toEqual(code("STORE"));
  });
});

test("an error of this package is told from any other", () => {
  expect(new CryptoError("CLOSED", "@bot:rook.test")).toMatchObject({
    code: "CLOSED",
    message: "The account's encryption was closed. (@bot:rook.test)",
  });
});
