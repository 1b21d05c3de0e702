import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { echoBundle } from "../crash/echo.ts";
import { describeWith } from "../describe-with.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { type EncryptedPerson, startEncryptedPerson } from "./encrypted-person.ts";
import { startWatchingProxy, type WatchingProxy } from "./watching-proxy.ts";

/** The long form: `ROOKERY_CRYPTO_KILLS=100`. */
const KILLS = Number(process.env.ROOKERY_CRYPTO_KILLS ?? 10);
const ROOMS = 3;
/** As many commands wait for their answers in a room, so that the bot is in the midst of something all the time. */
const AHEAD = 6;
/** A rotation now and then: sharing a key is killed, too. */
const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 20 };

// Parts of the library use a logger of their own still.
for (const level of ["debug", "info", "warn", "error"] as const)
  vi.spyOn(console, level).mockImplementation(() => {});
// Files share a worker: the next one is heard again.
afterAll(() => void vi.restoreAllMocks());

describeWith([isSynapseAvailable()], "encrypted rooms under kill -9 of the host", () => {
  let synapse: Synapse;
  let proxy: WatchingProxy;
  let rookery: Rookery;
  let ada: EncryptedPerson;
  let botId: string;

  beforeAll(async () => {
    [synapse, rookery] = await Promise.all([startSynapse(), startRookery()]);
    proxy = await startWatchingProxy(synapse.url);
    ada = await startEncryptedPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
    const { id: pluginId } = await rookery.addPlugin(await echoBundle());
    ({ userId: botId } = await synapse.registerUser("bot", "the bot's password"));
    const account = await rookery.addAccount({
      ...{ homeserverUrl: proxy.url, username: "bot", password: "the bot's password" },
    });
    await rookery.addInstance({ id: "echo", pluginId, accountId: account.id });
  });

  afterAll(async () => {
    await ada?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await proxy?.[Symbol.asyncDispose]();
    await synapse?.dispose();
  });

  /** Resolves when the bot has sent so many events more. */
  function moreSent(count: number): Promise<void> {
    const until = proxy.sent.length + count;
    return new Promise((resolve) => {
      const look = () => (proxy.sent.length >= until ? resolve() : setTimeout(look, 2));
      look();
    });
  }

  test(`over ${KILLS} kills every command is answered once and in order, all can be read, no ratchet index is used twice`, {
    timeout: (60 + 5 * KILLS) * 1000,
  }, async () => {
    const rooms = await Promise.all(Array.from({ length: ROOMS }, () => ada.roomWith(botId, ENCRYPTION)));
    let isOver = false;
    async function speakIn(roomId: string, name: string): Promise<string[]> {
      const said: string[] = [];
      while (!isOver) {
        const text = `${name} ${said.length}`;
        await ada.client.sendTextMessage(roomId, `!echo ${text}`);
        said.push(text);
        const waitedFor = said.at(-AHEAD);
        if (waitedFor !== undefined) await ada.hears(roomId, waitedFor);
      }
      await ada.hears(roomId, said.at(-1) ?? "");
      return said;
    }
    const start = performance.now();
    const speaking = rooms.map((roomId, n) => speakIn(roomId, `room ${n}`));
    for (let kill = 0; kill < KILLS; kill++) {
      // Each time after another number of answers: in the midst of what a sync brought, or beyond it.
      await moreSent(2 + ((kill * 5) % 14));
      await rookery.kill();
      await rookery.start();
    }
    isOver = true;
    const said = await Promise.all(speaking);
    const seconds = Math.round((performance.now() - start) / 1000);

    for (const [n, roomId] of rooms.entries()) {
      expect(ada.heard(roomId, botId)).toEqual(said[n]);
      expect(ada.undecryptable(roomId)).toEqual([]);
    }
    const positions = Map.groupBy(proxy.sent, ({ sessionId, index }) => `${sessionId} ${index}`);
    const reused = [...positions.values()].filter(
      (events) => new Set(events.map(({ ciphertext }) => ciphertext)).size > 1,
    );
    expect(reused).toEqual([]);
    const sessions = new Set(proxy.sent.map(({ sessionId }) => sessionId)).size;
    const commands = said.flat().length;
    expect(commands).toBeGreaterThan(KILLS * 2);
    console.log(
      `${KILLS} kills in ${seconds} s: ${commands} commands answered once, ${proxy.sent.length} events of ${sessions} sessions sent`,
    );
  });
});
