import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "../synapse/synapse.ts";
import { readAnswers } from "./answers.ts";
import { echoBundle } from "./echo.ts";

/** `ROOKERY_TEST_KILLS=200 npm run test:crash` is the long form. */
const KILLS = Number(process.env.ROOKERY_TEST_KILLS ?? 20);
const COMMANDS = 2_000;
const ROOMS = 10;
const INSTANCES = 5;

describeWith([isSynapseAvailable()], "under kill -9", () => {
  let synapse: Synapse;
  let rookery: Rookery;
  let ada: Person;
  const bots: string[] = [];
  const rooms: { roomId: string; botId: string }[] = [];

  beforeAll(async () => {
    synapse = await startSynapse();
    rookery = await startRookery();
    ada = await createPerson(synapse.url, await synapse.registerUser("ada", "ada's password"));
    const { id: pluginId } = await rookery.addPlugin(await echoBundle());
    for (let i = 0; i < INSTANCES; i++) {
      const { accessToken } = await synapse.registerUser(`bot${i}`, "a bot's password");
      const account = await rookery.addAccount({ homeserverUrl: synapse.url, accessToken });
      await rookery.addInstance({ id: `echo${i}`, pluginId, accountId: account.id });
      bots.push(account.userId);
    }
    for (let i = 0; i < ROOMS; i++) {
      const botId = bots[i % INSTANCES] ?? "";
      const roomId = await ada.createRoom([botId]);
      await ada.joined(roomId, botId);
      rooms.push({ roomId, botId });
    }
  });

  afterAll(async () => {
    await rookery?.dispose();
    await synapse?.dispose();
  });

  /** Says it once, however often the homeserver is away meanwhile. */
  async function sayForSure(roomId: string, text: string, txnId: string): Promise<void> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txnId}`;
    for (;;) {
      try {
        await ada.request("PUT", path, { msgtype: "m.text", body: text });
        return;
      } catch (error) {
        // The homeserver is being restarted: its own answer would be an error of its, which ends the test.
        if (!(error instanceof TypeError)) throw error;
        await synapse.ready();
      }
    }
  }

  it(
    `answers each of ${COMMANDS} commands once and in order, over ${KILLS} kills of the host`,
    async () => {
      let strikes = Promise.resolve();

      /** The host dies; now and then a worker or the homeserver does, too. What is said goes on meanwhile. */
      async function strike(kill: number): Promise<void> {
        if (kill % 5 === 2) await sayForSure(rooms[kill % ROOMS]?.roomId ?? "", "!die", `die${kill}`);
        if (kill % 10 === 7) await synapse.restart();
        await rookery.kill();
        await rookery.start();
      }

      /** In all rooms at once; who speaks waits when the deaths that are due by now have not all come. */
      async function speak(): Promise<void> {
        let said = 0;
        let kills = 0;
        const speakIn = async (roomId: string, first: number) => {
          for (let n = first; n < COMMANDS; n += ROOMS) {
            await sayForSure(roomId, `!echo ${n}`, `command${n}`);
            said++;
            if (said < ((kills + Math.random()) * COMMANDS) / KILLS || kills === KILLS) continue;
            const kill = ++kills;
            const before = strikes;
            strikes = strikes.then(() => strike(kill));
            await before;
          }
        };
        await Promise.all(rooms.map(({ roomId }, room) => speakIn(roomId, room)));
        await strikes;
      }

      const start = performance.now();
      await speak();
      for (let i = 0; i < INSTANCES; i++) {
        await rookery.until(`echo${i}`, ({ status, counts }) => status === "running" && counts.waiting === 0);
      }
      // Nothing waits any more, but an account may still read what it missed: each room's last command is its sign.
      for (const [index, { roomId, botId }] of rooms.entries()) {
        const last = `!echo ${COMMANDS - ROOMS + index}`;
        await ada.until(roomId, (events) => {
          const command = events.find(({ content }) => content.body === last)?.event_id;
          return events.some(
            ({ sender, content }) =>
              sender === botId && content["m.relates_to"]?.["m.in_reply_to"]?.event_id === command,
          );
        });
      }
      const seconds = Math.round((performance.now() - start) / 1000);

      const all = await Promise.all(rooms.map(({ roomId, botId }) => readAnswers(ada, roomId, botId)));
      const sum = (count: (answers: (typeof all)[number]) => number) =>
        all.reduce((total, each) => total + count(each), 0);
      console.log(
        `${KILLS} kills in ${seconds} s: ${sum((each) => each.answered)} of ${sum((each) => each.commands)} commands answered, ` +
          `${sum((each) => each.twice.length)} twice, ${sum((each) => each.missing.length)} never, ` +
          `${all.filter((each) => each.inOrder).length} of ${ROOMS} rooms in order`,
      );
      expect(all.flatMap(({ missing }) => missing)).toEqual([]);
      expect(all.flatMap(({ twice }) => twice)).toEqual([]);
      expect(all.map(({ inOrder }) => inOrder)).toEqual(rooms.map(() => true));
      expect(sum((each) => each.answered)).toBe(COMMANDS);
    },
    (5 * 60 + 8 * KILLS) * 1000,
  );
});
