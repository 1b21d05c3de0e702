import { join } from "node:path";
import { openCrypto } from "@rookery/crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import { HostMatrixClient } from "../matrix/client.ts";
import { withEncryption } from "../testing/encrypted-user.ts";
import { eventually } from "../testing/eventually.ts";
import { bundleOf, openPluginHost, PLUGIN } from "../testing/plugin-host.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { HOLD_MS } from "./held-events.ts";

// Each account's encryption is a thread of its own, which has to start.
vi.setConfig({ testTimeout: 70_000 });

const ECHO = bundleOf(
  "1.0.0",
  `bot.command("echo", { description: "Say it back", args: { text: Type.String() } }, (ctx) => ctx.reply(ctx.args.text));
   bot.command("big", "Say much", (ctx) => ctx.send("x".repeat(50_000)));
   bot.command("react", "React", (ctx) => ctx.react("👍"));`,
);

const MEGOLM = "m.megolm.v1.aes-sha2";

async function setUp(options: Parameters<typeof openPluginHost>[2] = {}) {
  const host = await openPluginHost(["one"], ECHO, options);
  const ada = withEncryption(host.ada);
  const encryption = () => host.running.encryption("account");

  async function ask(roomId: string, text: string, count: number) {
    await ada.say(roomId, text);
    return await eventually(`${count} answers to ${text}`, async () => {
      const read = await ada.read(roomId);
      return read.length >= count && read;
    });
  }
  return { ...host, ada, encryption, ask };
}

test("a bot answers in an encrypted room, once it sees one; before, its encryption is not there", async () => {
  const { ada, bot, ask, encryption } = await setUp();
  expect(encryption()?.state.status).toBe("unused");
  const roomId = await ada.encryptedRoom(bot.userId);
  const [answer] = await ask(roomId, "!echo hello", 1);
  expect(answer).toMatchObject({ body: "hello", wire: { type: "m.room.encrypted" } });
  expect(encryption()?.state).toEqual({ status: "on", reason: null });
  const [, reaction] = await ask(roomId, "!react", 2);
  expect(reaction?.wire.type).toBe("m.reaction");
});

test("what is too long when it is encrypted is refused with what to do, as it is in the clear", async () => {
  const { ada, bot, store } = await setUp();
  const roomId = await ada.encryptedRoom(bot.userId);
  await ada.say(roomId, "!big");
  const failed = await eventually("the refusal", () => store.inbox.failed("one", 1)[0]);
  expect(failed.error).toMatchObject({
    code: "TOO_LARGE",
    message: expect.stringContaining("Send it as a file"),
  });
});

test("what comes before its key waits for it on the disk, and is answered in order", async () => {
  const { ada, bot, store, encryption } = await setUp();
  const roomId = await ada.encryptedRoom(bot.userId);
  await eventually("the bot's keys", () => encryption()?.state.status === "on");
  const letGo = ada.holdUpKeys();
  await ada.say(roomId, "!echo one");
  await ada.say(roomId, "!echo two");
  await ada.client.putEvent(roomId, "m.room.message", "clear", { msgtype: "m.text", body: "!echo three" });
  await eventually("three events that wait", () => store.inbox.held("account").length === 3);
  expect(store.inbox.count("one")).toBe(0);
  await letGo();
  const answers = await eventually("three answers", async () => {
    const read = await ada.read(roomId);
    return read.length >= 3 && read.map(({ body }) => body);
  });
  expect(answers).toEqual(["one", "two", "three"]);
  expect(store.inbox.held("account")).toEqual([]);
});

test("what was encrypted once stays so, also where the setting is redacted", async () => {
  const { ada, bot, ask, store } = await setUp();
  const roomId = await ada.encryptedRoom(bot.userId);
  await ask(roomId, "!echo before", 1);
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/state/m.room.encryption/`;
  const setting = (await ada.client.doRequest("GET", path, { format: "event" })) as { event_id: string };
  await ada.client.putRedaction(roomId, setting.event_id, "redaction");
  expect(await ada.client.doRequest("GET", path)).toEqual({});
  const answers = await ask(roomId, "!echo after", 2);
  expect(answers.map(({ wire }) => wire.type)).toEqual(["m.room.encrypted", "m.room.encrypted"]);
  expect(store.encryptedRooms.get("account", roomId)).toEqual({ algorithm: MEGOLM });
});

test("a device whose keys are another client's is left as it is, and says nothing in the clear", async () => {
  const { ada, bot, encryption, store } = await setUp();
  const others = openCrypto({
    ...{ userId: bot.userId, deviceId: bot.deviceId, storeKey: new Uint8Array(32) },
    file: join(temporaryDirectory(), "others.db"),
    http: {
      request: async (method, path, body) => ({
        status: 200,
        body: (await bot.client.doRequest(method, path, null, body)) as unknown,
      }),
    },
  });
  onTestFinished(() => others.close());
  await others.outgoing();
  const keysOf = async () =>
    JSON.stringify(
      await bot.client.doRequest("POST", "/_matrix/client/v3/keys/query", null, {
        device_keys: { [bot.userId]: [] },
      }),
    );
  const before = await keysOf();

  const roomId = await ada.encryptedRoom(bot.userId);
  await ada.client.putEvent(roomId, "m.room.message", "clear", { msgtype: "m.text", body: "!echo hello" });
  const [failed] = await eventually("the answer to be refused", () => {
    const found = store.inbox.failed("one", 1);
    return found.length > 0 && found;
  });
  expect(failed?.error).toMatchObject({
    code: "ENCRYPTION_FAILED",
    message: expect.stringContaining("another client"),
  });
  expect(encryption()?.state).toMatchObject({ status: "unavailable" });
  expect(await ada.read(roomId)).toEqual([]);
  expect(await keysOf()).toBe(before);
});

test("where it sends to signed devices only, others cannot read it; without an identity it says what to do", async () => {
  const { ada, bot, ask, store, encryption } = await setUp();
  const account = store.accounts.get("account");
  if (!account) throw new Error("There is no account.");
  store.accounts.setSettings("account", { ...account, encryptFor: "cross-signed" });
  const roomId = await ada.encryptedRoom(bot.userId);
  await ada.say(roomId, "!echo early");
  const [failed] = await eventually("the answer to be refused", () => {
    const found = store.inbox.failed("one", 1);
    return found.length > 0 && found;
  });
  expect(failed?.error).toMatchObject({
    code: "ENCRYPTION_FAILED",
    message: expect.stringContaining("set it up, or recover it, first"),
  });

  await (await encryption()?.crypto())?.bootstrapCrossSigning();
  const [unread] = await ask(roomId, "!echo for the signed", 1);
  expect(unread).toMatchObject({
    body: expect.stringMatching(/^\(/),
    wire: { type: "m.room.encrypted" },
  });
  await ada.crypto.bootstrapCrossSigning();
  const [, read] = await ask(roomId, "!echo now signed", 2);
  expect(read?.body).toBe("now signed");
});

test("what a host was reading up when it ended is answered at its next start, as soon as its encryption is open", async () => {
  const { ada, bot, ask, store, running } = await setUp();
  const roomId = await ada.encryptedRoom(bot.userId);
  await ask(roomId, "!echo before", 1);
  const account = () => store.accounts.get("account") ?? expect.fail("There is no account.");
  await running.stop("account");
  await ada.say(roomId, "!echo in the gap");
  const from = account().syncToken ?? "";
  const signal = new AbortController().signal;
  const { next_batch: to } = (await bot.client.sync({ since: from, filter: "{}", timeoutMs: 0, signal })) as {
    next_batch: string;
  };
  const gaps = [{ accountId: "account", roomId, from, to, untilJoin: false }];
  const nothing = { deliveries: [], joins: [], skipped: new Map(), held: [] };
  store.inbox.append({ accountId: "account", syncToken: to, gaps, ...nothing });
  const began = performance.now();
  running.start(account());
  await eventually(
    "the answer",
    async () => (await ada.read(roomId)).some(({ body }) => body === "in the gap"),
    60_000,
  );
  // It would be handed over then anyway.
  expect(performance.now() - began).toBeLessThan(HOLD_MS);
});

test("an account that is known to be in encrypted rooms begins at once where its file is not there, as after a restore", async () => {
  const { bot, store, running, encryption } = await setUp();
  store.encryptedRooms.set("account", "!of-before:test", { algorithm: MEGOLM });
  await running.stop("account");
  running.start(store.accounts.get("account") ?? expect.fail("There is no account."));
  await eventually("its encryption", () => encryption()?.state.status === "on");
  const asked = { device_keys: { [bot.userId]: [] } };
  await eventually("its keys", async () => {
    const answer = await bot.client.doRequest("POST", "/_matrix/client/v3/keys/query", null, asked);
    return (
      bot.deviceId in ((answer as { device_keys: Record<string, object> }).device_keys[bot.userId] ?? {})
    );
  });
});

test("a room's history comes as it can be read", async () => {
  const host = await openPluginHost(
    ["one"],
    bundleOf(
      "1.0.0",
      `bot.command("last", "Say what was said before", async (ctx) => {
         const { events } = await bot.rooms.history(ctx.room.roomId, { limit: 10 });
         const texts = events.flatMap(({ sender, content }) => (sender === ctx.sender.userId ? [content.body] : []));
         return ctx.reply(JSON.stringify(texts));
       });`,
      { permissions: { rooms: ["history"] } },
    ),
  );
  await host.plugins.grant(PLUGIN, { rooms: ["history"] });
  const ada = withEncryption(host.ada);
  const roomId = await ada.encryptedRoom(host.bot.userId);
  await eventually("the bot's keys", () => host.running.encryption("account")?.state.status === "on");
  await ada.say(roomId, "of old");
  await ada.say(roomId, "!last");
  const [answer] = await eventually("the answer", async () => {
    const read = await ada.read(roomId);
    return read.length > 0 && read;
  });
  expect(JSON.parse(String(answer?.body))).toEqual(expect.arrayContaining(["of old", "!last"]));
});

test("keys that were told before are of a device at rest, over restarts, until a message to it comes", async () => {
  const { bot, store, running, encryption, ...host } = await setUp({ publishAfterMs: 0 });
  const account = store.accounts.get("account");
  if (!account) throw new Error("There is no account.");
  const told = async () => {
    const { device_one_time_keys_count: counts } = (await bot.client.sync({
      ...{ since: null, filter: "{}", timeoutMs: 0, signal: new AbortController().signal },
    })) as { device_one_time_keys_count: { signed_curve25519?: number } };
    return counts.signed_curve25519 ?? 0;
  };
  const count = await eventually("one-time keys", async () => (await told()) || false);
  await running.stop("account");
  running.start(account);
  await eventually("a sync", () => running.state("account").status === "syncing");
  expect(encryption()?.state.status).toBe("unused");
  expect(await told()).toBe(count);

  const { ada } = host;
  await ada.crypto.outgoing();
  const room = { roomId: "!elsewhere:test", members: [bot.userId], encryption: { algorithm: MEGOLM } };
  await ada.crypto.encrypt(room, "m.room.message", { msgtype: "m.text", body: "A key comes with it" });
  await eventually("its encryption", () => encryption()?.state.status === "on");
  await eventually("another one-time key", async () => (await told()) >= count);
});

test("what only another of the account's devices was given a key for comes out of the backup, in order", async () => {
  const { ada, bot, store, encryption, homeserver, http } = await setUp();
  const login = (await http.json({
    method: "POST",
    url: `${homeserver.url}/_matrix/client/v3/login`,
    body: {
      ...{ type: "m.login.password", password: bot.password },
      identifier: { type: "m.id.user", user: bot.userId },
    },
  })) as { device_id: string; access_token: string };
  const { device_id: deviceId, access_token: accessToken } = login;
  const client = new HostMatrixClient(homeserver.url, accessToken, http);
  const phone = withEncryption({ ...bot, deviceId, accessToken, client });
  await phone.crypto.outgoing();
  await phone.crypto.bootstrapCrossSigning();
  const recoveryKey = await phone.crypto.setUpRecovery();
  const shareIn = (roomId: string) =>
    ada.crypto.encrypt(
      { roomId, members: [bot.userId], encryption: { algorithm: MEGOLM } },
      "m.room.message",
      {},
    );
  const backUp = async (roomId: string) => {
    await phone.read(roomId);
    await phone.crypto.backup();
  };
  // From now on Ada knows this device, and looks for no other.
  await shareIn("!elsewhere:test");

  const first = await ada.encryptedRoom(bot.userId);
  await eventually("the bot's keys", () => encryption()?.state.status === "on");
  await ada.say(first, "!echo one");
  await ada.client.putEvent(first, "m.room.message", "clear", { msgtype: "m.text", body: "!echo two" });
  await eventually("two events that wait", () => store.inbox.held("account").length === 2);
  await backUp(first);
  await (await encryption()?.crypto())?.recover(recoveryKey);

  const second = await ada.encryptedRoom(bot.userId);
  await shareIn(second);
  await backUp(second);
  await ada.say(second, "!echo three");
  const answersIn = (roomId: string, count: number) =>
    eventually(`${count} answers`, async () => {
      const read = await ada.read(roomId);
      return read.length >= count && read.map(({ body }) => body);
    });
  expect(await answersIn(first, 2)).toEqual(["one", "two"]);
  expect(await answersIn(second, 1)).toEqual(["three"]);
  expect(store.inbox.held("account")).toEqual([]);
});
