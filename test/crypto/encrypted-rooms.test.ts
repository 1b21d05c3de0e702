import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "matrix-js-sdk";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith } from "../describe-with.ts";
import { isSynapseAvailable, type Login, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { type EncryptedPerson, startEncryptedPerson } from "./encrypted-person.ts";
import { type EchoBot, startEchoBot } from "./start-echo-bot.ts";
import { type Sent, startWatchingProxy, type WatchingProxy } from "./watching-proxy.ts";

/** The long form: `ROOKERY_CRYPTO_KILLS=100`. */
const KILLS = Number(process.env.ROOKERY_CRYPTO_KILLS ?? 5);
const MEGOLM = "m.megolm.v1.aes-sha2";

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "log", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

const sessions = (sent: Sent[]): string[] => [...new Set(sent.map(({ sessionId }) => sessionId))];

describeWith(
  [isSynapseAvailable()],
  "the engine in a bot at Synapse, with matrix-js-sdk as the other person",
  () => {
    let folder: string;
    let synapse: Synapse;
    let proxy: WatchingProxy;
    let login: Login;
    let bot: EchoBot;
    let ada: EncryptedPerson;

    const start = () => startEchoBot({ ...login, homeserverUrl: proxy.url, folder });
    const say = (roomId: string, text: string) => ada.client.sendTextMessage(roomId, text);

    /** Ada says it; resolves with what the bot sent, when she has read the bot's answer. */
    async function ask(roomId: string, text: string): Promise<Sent[]> {
      const before = proxy.sent.length;
      await say(roomId, text);
      await ada.hears(roomId, `echo: ${text}`);
      return proxy.sent.slice(before);
    }

    const roomWithBot = (encryption?: object) => ada.roomWith(login.userId, encryption);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "rookery-crypto-bot-"));
      synapse = await startSynapse();
      proxy = await startWatchingProxy(synapse.url);
      login = await synapse.registerUser("echo", "the bot's password");
      ada = await startEncryptedPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
      bot = await start();
    });

    afterAll(async () => {
      await bot?.kill();
      await ada?.[Symbol.asyncDispose]();
      await proxy?.[Symbol.asyncDispose]();
      await synapse?.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    test("both read each other: midway, over a rotation, with a device that joins later and one that is removed", async () => {
      const roomId = await roomWithBot();
      expect(await ask(roomId, "in the open")).toEqual([]);
      await ada.client.sendStateEvent(
        roomId,
        "m.room.encryption" as never,
        { algorithm: MEGOLM, rotation_period_msgs: 3 } as never,
      );
      const sent = await ask(roomId, "encrypted from now on");
      expect(sent).toHaveLength(1);
      for (let i = 0; i < 5; i++) sent.push(...(await ask(roomId, `message ${i}`)));
      expect(sessions(sent)).toHaveLength(2);
      expect(sent.map(({ index }) => index)).toEqual([0, 1, 2, 0, 1, 2]);

      const visitor = createClient({ baseUrl: synapse.url });
      const phone = await visitor.loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: "ada" },
        password: "ada's password",
      });
      const onPhone = await startEncryptedPerson(synapse.url, {
        userId: phone.user_id,
        deviceId: phone.device_id,
        accessToken: phone.access_token,
      });
      const withPhone = await ask(roomId, "also on the phone?");
      await onPhone.hears(roomId, "echo: also on the phone?");
      await onPhone.client.logout(true);
      await onPhone[Symbol.asyncDispose]();

      const [withoutPhone] = await ask(roomId, "no longer on the phone");
      expect(sessions(withPhone)).not.toContain(withoutPhone?.sessionId);
      expect(ada.undecryptable(roomId)).toEqual([]);
    });

    test("its device shows as verified, and the recovery key opens its history in the library of Element", async () => {
      const roomId = await roomWithBot({ algorithm: MEGOLM });
      await ask(roomId, "remember this");
      await bot.call("bootstrapCrossSigning");
      expect(await bot.call("status")).toMatchObject({ isVerified: true, hasIdentity: true });
      const crypto = ada.client.getCrypto();
      // Ask the homeserver, in place of waiting for the next sync to say that something changed.
      await crypto?.getUserDeviceInfo([login.userId], true);
      await ask(roomId, "are you verified?");
      const status = await crypto?.getDeviceVerificationStatus(login.userId, login.deviceId);
      expect(status?.signedByOwner).toBe(true);

      const recoveryKey = await bot.call("setUpRecovery");
      await bot.call("backup");
      const second = await createClient({ baseUrl: synapse.url }).loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: "echo" },
        password: "the bot's password",
      });
      await using person = await startEncryptedPerson(
        synapse.url,
        { userId: second.user_id, deviceId: second.device_id, accessToken: second.access_token },
        {
          getSecretStorageKey: async ({ keys }) => {
            const [id = ""] = Object.keys(keys);
            return [id, decodeRecoveryKey(recoveryKey)];
          },
        },
      );
      const theirs = person.client.getCrypto();
      // It takes in the private keys of an identity that it has seen.
      expect(await theirs?.userHasCrossSigningKeys(login.userId, true)).toBe(true);
      await theirs?.bootstrapCrossSigning({});
      expect((await theirs?.getDeviceVerificationStatus(login.userId, login.deviceId))?.isVerified()).toBe(
        true,
      );
      await theirs?.loadSessionBackupPrivateKeyFromSecretStorage();
      const restored = await theirs?.restoreKeyBackup();
      expect(restored?.imported).toBe((await bot.call("status")).backup.total);
      await person.hears(roomId, "remember this");
      await person.hears(roomId, "echo: remember this");
    });

    test(`killed ${KILLS} times under load: every message answered once, none undecryptable, no ratchet index used twice`, async () => {
      const rooms = await Promise.all([
        roomWithBot({ algorithm: MEGOLM }),
        roomWithBot({ algorithm: MEGOLM }),
      ]);
      const said: string[] = [];
      let isOver = false;
      async function load(roomId: string, name: string): Promise<void> {
        for (let i = 0; !isOver; i++) {
          said.push(`${name} ${i}`);
          await say(roomId, `${name} ${i}`);
          // As much as the bot can take: it is in the midst of an answer all the time.
          if (i % 4 === 3) await ada.hears(roomId, `echo: ${name} ${i - 3}`);
        }
      }
      const loads = rooms.map((roomId, i) => load(roomId, `room ${i}`));
      for (let kill = 0; kill < KILLS; kill++) {
        // Each time after another number of its answers: in the midst of what a sync brought, or beyond it.
        const until = proxy.sent.length + 2 + ((kill * 5) % 14);
        while (proxy.sent.length < until) await new Promise((resolve) => setTimeout(resolve, 3));
        await bot.kill();
        bot = await start();
      }
      isOver = true;
      await Promise.all(loads);
      for (const text of said) {
        await ada.hears(text.startsWith("room 0") ? (rooms[0] ?? "") : (rooms[1] ?? ""), `echo: ${text}`);
      }

      for (const roomId of rooms) {
        const answers = ada.heard(roomId, login.userId);
        const asked = ada.heard(roomId, ada.client.getSafeUserId());
        expect(answers).toEqual(asked.map((text) => `echo: ${text}`));
        expect(ada.undecryptable(roomId)).toEqual([]);
      }
      const positions = Map.groupBy(proxy.sent, ({ sessionId, index }) => `${sessionId} ${index}`);
      const reused = [...positions.values()].filter(
        (events) => new Set(events.map(({ ciphertext }) => ciphertext)).size > 1,
      );
      expect(reused).toEqual([]);
      // It went on in between.
      expect(said.length).toBeGreaterThan(KILLS);
    });
  },
);
