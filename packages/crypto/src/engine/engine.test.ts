import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { CryptoError } from "../errors.ts";
import { type KeyServer, keyServer } from "../testing/index.ts";
import { type Crypto, openEngine, type RoomKey } from "./engine.ts";
import type { DevicePolicy, Room } from "./room-settings.ts";

const STORE_KEY = new Uint8Array(32).fill(7);
const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2" };

let folder: string;
let count = 0;
const opened: Crypto[] = [];
const servers: KeyServer[] = [];

async function startServer(): Promise<KeyServer> {
  const server = await keyServer();
  servers.push(server);
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-crypto-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
  await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
});
afterAll(() => rm(folder, { recursive: true }));

/** A device with its engine, at this server. */
interface Device extends Crypto {
  userId: string;
  keys: RoomKey[];
  /** The states of the verification, as they came. */
  told: string[];
  /** One sync and what it makes the device send. */
  sync(): Promise<void>;
}

async function device(
  server: KeyServer,
  name: string,
  deviceId: string,
  { file, devices = "all" }: { file?: string; devices?: DevicePolicy } = {},
): Promise<Device> {
  const userId = `@${name}:rook.test`;
  const keys: RoomKey[] = [];
  const told: string[] = [];
  const engine = await openEngine({
    userId,
    deviceId,
    file: file ?? join(folder, `${++count}.db`),
    storeKey: STORE_KEY,
    http: server.httpOf(userId, deviceId),
    devices,
    onRoomKeys: (came) => keys.push(...came),
    onVerifications: ([first]) => told.push(first?.state ?? "none"),
  });
  const made: Device = {
    ...engine,
    userId,
    keys,
    told,
    async sync() {
      await engine.handleSync(await server.sync(userId, deviceId));
      await engine.outgoing();
    },
  };
  opened.push(made);
  await made.sync();
  return made;
}

const room = (people: { userId: string }[], encryption: object = MEGOLM): Room => ({
  roomId: "!room:rook.test",
  members: people.map(({ userId }) => userId),
  encryption,
});

let events = 0;
const event = (sender: Device, content: object) => ({
  type: "m.room.encrypted",
  event_id: `$${++events}`,
  room_id: "!room:rook.test",
  sender: sender.userId,
  origin_server_ts: Date.now(),
  content,
});

const text = (body: string) => ({ msgtype: "m.text", body });

async function say(from: Device, to: Device[], body: string, encryption?: object): Promise<object> {
  const content = await from.encrypt(room([from, ...to], encryption), "m.room.message", text(body));
  return event(from, content);
}

const read = (by: Device, encrypted: object) => by.decrypt("!room:rook.test", encrypted);
const sessionOf = (encrypted: object) =>
  (encrypted as { content: { session_id: string } }).content.session_id;
const code = (wanted: string) => expect.objectContaining({ name: "CryptoError", code: wanted });

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
    const file = join(folder, "again.db");
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
    opened.splice(0, opened.length, alice);

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

describe("an identity", () => {
  test("goes from a device to the next one of its account, with the room keys and the backup, and no recovery key", async () => {
    const server = await startServer();
    const file = join(folder, "before.db");
    const [bot, alice] = [
      await device(server, "bot", "BOT", { file }),
      await device(server, "alice", "PHONE"),
    ];
    const old = await say(alice, [bot], "old news");
    await bot.sync();
    await bot.bootstrapCrossSigning();
    await bot.setUpRecovery();
    await bot.backup();
    await bot.close();
    opened.splice(opened.indexOf(bot), 1);

    const next = await device(server, "bot", "NEXT");
    expect(await next.status()).toMatchObject({ hasIdentity: false, isVerified: false });
    await next.takeOver(file);
    expect(await read(next, old)).toMatchObject({ isDecrypted: true, content: text("old news") });
    expect(await next.status()).toMatchObject({
      ...{ hasIdentity: true, isVerified: true, backup: { isOn: true, total: 1 } },
    });
    await expect(next.takeOver(join(folder, "none.db"))).rejects.toEqual(code("STORE"));
  });

  test("that was given up meanwhile is not taken over; the room keys are", async () => {
    const server = await startServer();
    const file = join(folder, "given-up.db");
    const [bot, alice] = [
      await device(server, "bot", "BOT", { file }),
      await device(server, "alice", "PHONE"),
    ];
    const old = await say(alice, [bot], "old news");
    await bot.sync();
    await bot.bootstrapCrossSigning();
    await bot.setUpRecovery();
    await bot.close();
    opened.splice(opened.indexOf(bot), 1);
    await (await device(server, "bot", "ELSEWHERE")).resetIdentity("correct horse");

    const next = await device(server, "bot", "NEXT");
    await next.takeOver(file);
    expect(await read(next, old)).toMatchObject({ isDecrypted: true });
    expect(await next.status()).toMatchObject({
      ...{ hasIdentity: false, isVerified: false, backup: { isOn: false } },
    });
  });

  test("is made once, makes the device verified, and comes back on a new device by the recovery key alone", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    expect(await bot.status()).toMatchObject({
      identityExists: false,
      hasIdentity: false,
      isVerified: false,
      backup: { isOn: false },
    });
    await expect(bot.setUpRecovery()).rejects.toEqual(code("NO_IDENTITY"));
    await bot.bootstrapCrossSigning();
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true });
    await bot.bootstrapCrossSigning();
    expect(server.requests.filter((request) => request.includes("device_signing"))).toHaveLength(1);

    const old = await say(alice, [bot], "old news");
    await bot.sync();
    const recoveryKey = await bot.setUpRecovery();
    await expect(bot.setUpRecovery()).rejects.toEqual(code("RECOVERY_EXISTS"));
    expect((await bot.status()).backup).toEqual({ isOn: true, backedUp: 0, total: 1 });
    await bot.backup();
    expect((await bot.status()).backup).toEqual({ isOn: true, backedUp: 1, total: 1 });

    const second = await device(server, "bot", "NEW");
    expect(await second.status()).toMatchObject({
      identityExists: true,
      hasIdentity: false,
      isVerified: false,
    });
    await expect(second.bootstrapCrossSigning()).rejects.toEqual(code("IDENTITY_EXISTS"));
    expect(await read(second, old)).toMatchObject({ isDecrypted: false });
    const other = recoveryKey.replace(/[2-9]/, (digit) => (digit === "2" ? "3" : "2"));
    await expect(second.recover(other)).rejects.toEqual(code("WRONG_RECOVERY_KEY"));
    expect(await second.recover(recoveryKey)).toEqual({ total: 1, imported: 1, failed: 0 });
    expect(await second.status()).toMatchObject({
      hasIdentity: true,
      isVerified: true,
      backup: { isOn: true },
    });
    expect(await read(second, old)).toMatchObject({ content: text("old news") });

    // From now on the new device backs up, too.
    await say(second, [alice], "new");
    await second.backup();
    expect((await second.status()).backup).toEqual({ isOn: true, backedUp: 2, total: 2 });
  });

  test("opens the backup for what came without its key: each key is asked for when there is something to read", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    // Alice knows of the first device only, until she syncs.
    await say(alice, [bot], "before");
    await bot.bootstrapCrossSigning();
    const recoveryKey = await bot.setUpRecovery();
    const second = await device(server, "bot", "NEW");
    await second.recover(recoveryKey);
    const early = await say(alice, [bot], "early");
    const isAsked = () => server.requests.filter((request) => request.includes("/room_keys/keys/")).length;
    const answers = async (count: number) => vi.waitFor(() => expect(second.keys).toHaveLength(count));

    const missing = { isDecrypted: false, reason: "missing-key", mayCome: true };
    expect(await read(second, early)).toMatchObject(missing);
    await answers(1);
    expect(await read(second, early)).toMatchObject(missing);
    expect(isAsked()).toBe(1);

    await alice.sync();
    await say(alice, [bot], "late");
    await second.sync();
    await answers(2);
    const later = { isDecrypted: false, reason: "later-key" };
    expect(await read(second, early)).toMatchObject({ ...later, mayCome: false });

    await bot.sync();
    await bot.backup();
    vi.setSystemTime(Date.now() + 20_000);
    expect(await read(second, early)).toMatchObject({ ...later, mayCome: true });
    await vi.waitFor(async () => expect(await read(second, early)).toMatchObject({ content: text("early") }));
    expect(second.keys.at(-1)).toEqual({ roomId: "!room:rook.test", sessionId: sessionOf(early) });
    expect(isAsked()).toBe(2);
  });

  test("wants the password where the homeserver does", async () => {
    const server = await startServer();
    server.password = "correct horse";
    const bot = await device(server, "bot", "BOT");
    await expect(bot.bootstrapCrossSigning()).rejects.toEqual(code("PASSWORD_NEEDED"));
    await expect(bot.bootstrapCrossSigning("wrong")).rejects.toEqual(code("PASSWORD_NEEDED"));
    await bot.bootstrapCrossSigning("correct horse");
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true });
  });

  test("is replaced only when one says so: with a new recovery key, and a backup that has all keys", async () => {
    const server = await startServer();
    const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
    await bot.bootstrapCrossSigning();
    const old = await bot.setUpRecovery();
    const said = await say(alice, [bot], "old news");
    await bot.sync();
    await bot.backup();
    server.password = "correct horse";
    await expect(bot.resetIdentity()).rejects.toEqual(code("PASSWORD_NEEDED"));
    // Nothing has changed: the old identity is here still, and good.
    expect(await bot.status()).toMatchObject({ hasIdentity: true, isVerified: true, backup: { isOn: true } });
    await bot.bootstrapCrossSigning();

    const recoveryKey = await bot.resetIdentity("correct horse");
    expect(await bot.status()).toMatchObject({
      isVerified: true,
      backup: { isOn: true, backedUp: 0, total: 1 },
    });
    await bot.backup();
    const second = await device(server, "bot", "NEW");
    await expect(second.recover(old)).rejects.toEqual(code("WRONG_RECOVERY_KEY"));
    expect(await second.recover(recoveryKey)).toEqual({ total: 1, imported: 1, failed: 0 });
    expect(await read(second, said)).toMatchObject({ content: text("old news") });
  });

  test("of others: with the policy `cross-signed`, only devices that their owner has signed get the key", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT", { devices: "cross-signed" });
    const [signed, loose] = [await device(server, "alice", "PHONE"), await device(server, "alice", "ODD")];
    await signed.bootstrapCrossSigning();
    await expect(say(bot, [signed], "too early")).rejects.toEqual(code("NO_IDENTITY"));
    await bot.bootstrapCrossSigning();
    await bot.sync();
    const said = await say(bot, [signed], "for the signed");
    await Promise.all([signed.sync(), loose.sync()]);
    expect(await read(signed, said)).toMatchObject({ isDecrypted: true });
    expect(await read(loose, said)).toMatchObject({ isDecrypted: false, withheld: expect.any(String) });
  });
});

describe("a verification by emoji", () => {
  /** Both sides do what they have to say to each other. */
  async function exchange(...devices: Device[]): Promise<void> {
    for (let round = 0; round < 6; round++) {
      for (const each of devices) {
        await each.sync();
        // Whoever watches one was told of all that there is to see, and needs no other sync for it.
        const [first] = await each.verifications();
        expect(each.told.at(-1)).toBe(first?.state);
      }
    }
  }

  async function twoSessions() {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    await bot.bootstrapCrossSigning();
    const laptop = await device(server, "bot", "LAPTOP");
    await exchange(bot, laptop);
    return { server, bot, laptop };
  }

  const only = async (of: Device) => {
    const [first, ...more] = await of.verifications();
    expect(more).toEqual([]);
    if (first === undefined) throw new Error(`${of.userId} knows of no verification`);
    return first;
  };

  test("shows both sides the same seven, and then the other session is verified", async () => {
    const { bot, laptop } = await twoSessions();
    const asked = await laptop.requestVerification("own-sessions");
    expect(asked).toMatchObject({ isIncoming: false, state: "waiting" });
    await exchange(bot, laptop);
    const came = await only(bot);
    expect(came).toMatchObject({
      ...{ id: asked.id, userId: "@bot:rook.test", deviceId: "LAPTOP" },
      ...{ isIncoming: true, state: "requested" },
    });
    await bot.stepVerification(came.id, "accept");
    await exchange(bot, laptop);
    const [here, there] = [await only(bot), await only(laptop)];
    expect([here.state, there.state]).toEqual(["comparing", "comparing"]);
    expect(here.emoji).toHaveLength(7);
    expect(here.emoji).toEqual(there.emoji);
    await bot.stepVerification(here.id, "match");
    expect((await only(bot)).state).toBe("matched");
    expect((await laptop.status()).isVerified).toBe(false);
    await laptop.stepVerification(there.id, "match");
    await exchange(bot, laptop);
    expect([(await only(bot)).state, (await only(laptop)).state]).toEqual(["done", "done"]);
    expect((await laptop.status()).isVerified).toBe(true);
    await expect(bot.stepVerification(here.id, "match")).rejects.toEqual(code("NO_VERIFICATION"));
    await expect(bot.stepVerification("another", "accept")).rejects.toEqual(code("NO_VERIFICATION"));
  });

  test("that shows other emoji over there verifies nobody, and both sides learn why it ended", async () => {
    const { bot, laptop } = await twoSessions();
    await bot.requestVerification("own-sessions");
    await exchange(bot, laptop);
    await laptop.stepVerification((await only(laptop)).id, "accept");
    await exchange(bot, laptop);
    await bot.stepVerification((await only(bot)).id, "mismatch");
    await exchange(bot, laptop);
    const ended = (byThem: boolean) => ({
      ...{ state: "cancelled", cancelled: { code: "m.mismatched_sas", byThem } },
    });
    expect([await only(bot), await only(laptop)]).toMatchObject([ended(false), ended(true)]);
    expect((await laptop.status()).isVerified).toBe(false);

    // The next one takes its place.
    const again = await laptop.requestVerification("own-sessions");
    await exchange(bot, laptop);
    expect(await only(bot)).toMatchObject({ id: again.id, state: "requested" });
    await bot.stepVerification(again.id, "cancel");
    await exchange(bot, laptop);
    expect((await only(laptop)).state).toBe("cancelled");
  });

  test("may follow another at once, and makes no one-time keys more than there are to be", async () => {
    const { server, bot, laptop } = await twoSessions();
    async function verify(): Promise<void> {
      await laptop.requestVerification("own-sessions");
      await bot.sync();
      await bot.stepVerification((await only(bot)).id, "accept");
      for (let round = 0; (await only(bot)).state !== "comparing"; round++) {
        expect(round).toBeLessThan(6);
        await Promise.all([laptop.sync(), bot.sync()]);
      }
      await laptop.sync();
      await bot.stepVerification((await only(bot)).id, "match");
      await laptop.stepVerification((await only(laptop)).id, "match");
      // Each to the very sync in which it is done.
      for (let round = 0; round < 6; round++)
        for (const each of [bot, laptop]) if ((await only(each)).state !== "done") await each.sync();
      expect([(await only(bot)).state, (await only(laptop)).state]).toEqual(["done", "done"]);
    }
    await verify();
    await verify();
    const left = await server.sync("@bot:rook.test", "LAPTOP");
    expect(left).toMatchObject({ device_one_time_keys_count: { signed_curve25519: 50 } });
  });

  test("that is malformed costs neither a sync nor an event", async () => {
    const { bot } = await twoSessions();
    const base = { sender: "@eve:rook.test", event_id: "$eve", origin_server_ts: Date.now() };
    const request = { ...base, type: "m.room.message", content: { msgtype: "m.key.verification.request" } };
    const start = { ...base, type: "m.key.verification.start", content: { from_device: 7 } };
    await bot.handleSync({
      to_device: { events: [{ ...base, type: "m.key.verification.request", content: {} }, "nothing"] },
      rooms: { join: { "!room:rook.test": { timeline: { events: [request, start, 3, null] } } } },
    });
    expect(await bot.verifications()).toEqual([]);
  });

  test("is told of whenever it goes on", async () => {
    const server = await startServer();
    const bot = await device(server, "bot", "BOT");
    await bot.bootstrapCrossSigning();
    const laptop = await device(server, "bot", "LAPTOP");
    await exchange(bot, laptop);
    await laptop.requestVerification("own-sessions");
    await exchange(bot, laptop);
    expect(bot.told).toEqual(["requested"]);
    await bot.stepVerification((await only(bot)).id, "accept");
    await exchange(bot, laptop);
    expect(bot.told).toEqual(["requested", "waiting", "comparing"]);
  });
});

test("an error of this package is told from any other", () => {
  expect(new CryptoError("CLOSED", "@bot:rook.test")).toMatchObject({
    code: "CLOSED",
    message: "The account's encryption was closed. (@bot:rook.test)",
  });
});
