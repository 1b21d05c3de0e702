import { expect, onTestFinished, test, vi } from "vitest";
import { engines, MEGOLM, read, STORE_KEY, say, sessionOf, text } from "../testing/engines.ts";
import { askedKeys } from "./asked-keys.ts";
import { decrypt } from "./decrypting.ts";
import { locks } from "./locks.ts";
import { openMachine } from "./machine.ts";

const { startServer, device, newFile } = engines();

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

/** A device with a backup, and what Alice says, each time with another key, that only the account's other device gets. */
async function withBackup() {
  const server = await startServer();
  const [bot, alice] = [await device(server, "bot", "BOT"), await device(server, "alice", "PHONE")];
  const unread = () => say(alice, [bot], "early", { ...MEGOLM, rotation_period_msgs: 1 });
  // Alice knows of the first device only, until she syncs.
  await unread();
  await bot.bootstrapCrossSigning();
  const recoveryKey = await bot.setUpRecovery();
  const file = newFile();
  const second = await device(server, "bot", "NEW", { file });
  await second.recover(recoveryKey);
  return { server, bot, second, file, unread };
}

test("a homeserver that refuses is asked again, after a pause and for as long as somebody waits; nothing is taken for missing", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { server, bot, second: device, file, unread } = await withBackup();
  const [one, two] = [await unread(), await unread()];
  await bot.sync();
  await bot.backup();
  await device.close();
  const [userId, deviceId] = ["@bot:rook.test", "NEW"];
  const { machine, close } = await openMachine({ userId, deviceId, file, storeKey: STORE_KEY });
  onTestFinished(close);
  const answers: string[] = [];
  const warnings: string[] = [];
  const pauses: { ms: number; until: number; end: () => void }[] = [];
  const { ask } = askedKeys({
    ...{ machine, http: server.httpOf(userId, deviceId), locks: locks() },
    onAnswer: ({ sessionId }) => void answers.push(sessionId),
    onWarning: (message) => void warnings.push(message),
    later(ms, end) {
      pauses.push({ ms, until: Date.now() + ms, end });
      return () => undefined;
    },
  });
  const asks = (event: object) => ask("!room:rook.test", sessionOf(event));
  const asked = () => server.requests.filter((request) => request.includes("/room_keys/keys/")).length;
  const newPause = (count: number) =>
    vi.waitUntil(() => (pauses.length === count ? pauses.at(-1) : undefined));

  server.refuses = (_method, path) => path.includes("/room_keys/keys/");
  expect(await asks(one)).toBe(true);
  const first = await newPause(1);
  expect(await asks(two)).toBe(true);
  const second = await newPause(2);
  expect([first.ms, second.until]).toEqual([20_000, first.until]);
  expect([asked(), answers]).toEqual([1, []]);
  expect(warnings).toEqual([expect.stringContaining("503")]);

  vi.setSystemTime(first.until);
  for (const { end } of pauses) end();
  expect(answers.splice(0)).toEqual([one, two].map(sessionOf));
  expect(await asks(one)).toBe(true);
  const third = await newPause(3);
  expect(third.ms).toBe(40_000);
  expect([asked(), answers]).toEqual([2, []]);

  server.refuses = undefined;
  vi.setSystemTime(third.until);
  third.end();
  expect(answers.splice(0)).toEqual([sessionOf(one)]);
  expect(await asks(one)).toBe(true);
  await vi.waitFor(() => expect(answers).toEqual([sessionOf(one)]));
  expect(await decrypt(machine, "!room:rook.test", one)).toMatchObject({ content: text("early") });
  expect(warnings).toHaveLength(1);
});

test("a key that is damaged in the backup is told of once, and nobody waits for it", async () => {
  const { server, second, unread } = await withBackup();
  const http = server.httpOf(second.userId, "NEW");
  const { body } = await http.request("GET", "/_matrix/client/v3/room_keys/version");
  const { version } = body as { version: string };
  const damaged = {
    ...{ first_message_index: 0, forwarded_count: 0, is_verified: true },
    session_data: { ephemeral: "AAAA", mac: "AAAA", ciphertext: "AAAA" },
  };
  for (const each of [await unread(), await unread()]) {
    const path = `/_matrix/client/v3/room_keys/keys/!room:rook.test/${encodeURIComponent(sessionOf(each))}?version=${version}`;
    expect(await http.request("PUT", path, damaged)).toMatchObject({ status: 200 });
    await read(second, each);
    const told = { roomId: "!room:rook.test", sessionId: sessionOf(each) };
    await vi.waitFor(() => expect(second.keys).toContainEqual(told));
  }
  expect(second.warnings).toEqual([expect.stringContaining("cannot be taken in")]);
});
