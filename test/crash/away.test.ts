import { afterEach, expect, it } from "vitest";
import { describeWith } from "../describe-with.ts";
import { createPerson, type Person, type RoomEvent } from "../matrix/person.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { isSynapseAvailable, type Synapse, type SynapseOptions, startSynapse } from "../synapse/synapse.ts";
import { readAnswers } from "./answers.ts";
import { echoBundle } from "./echo.ts";

describeWith([isSynapseAvailable()], "a bot of a real Synapse", () => {
  let synapse: Synapse | undefined;
  let rookery: Rookery | undefined;

  afterEach(async () => {
    await rookery?.dispose();
    await synapse?.dispose();
  });

  async function setUp(options?: SynapseOptions) {
    const server = await startSynapse(options);
    synapse = server;
    // What is asked here is not how fast an instance may write: 500 answers to one room would take 20 seconds.
    const host = await startRookery({ env: { ROOKERY_LIMITS_WRITES_PER_SECOND: "1000" } });
    rookery = host;
    const ada = await createPerson(server.url, await server.registerUser("ada", "ada's password"));
    const bot = await server.registerUser("bot", "the bot's password");
    const login = { homeserverUrl: server.url, username: "bot", password: "the bot's password" };
    const account = await host.addAccount(login);
    const { id: pluginId } = await host.addPlugin(await echoBundle());
    await host.addInstance({ id: "echo", pluginId, accountId: account.id });
    const roomId = await ada.createRoom([bot.userId]);
    await ada.joined(roomId, bot.userId);
    return { server, host, ada, bot, login, account, roomId };
  }

  const answersTo = (events: RoomEvent[], botId: string) =>
    events.filter(({ type, sender }) => type === "m.room.message" && sender === botId).length;

  async function sayMany(ada: Person, roomId: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) await ada.say(roomId, `!echo ${n}`);
  }

  it("answers 500 commands that were said in one room while its host was down, each once and in order", async () => {
    const { host, ada, bot, roomId } = await setUp();
    await host.stop();
    await sayMany(ada, roomId, 500);
    const start = performance.now();
    await host.start();
    await ada.until(roomId, (events) => answersTo(events, bot.userId) >= 500);
    console.log(`500 commands answered ${((performance.now() - start) / 1000).toFixed(1)} s after the start`);
    await host.until("echo", ({ counts }) => counts.waiting === 0);
    expect(await readAnswers(ada, roomId, bot.userId)).toEqual({
      ...{ commands: 500, answered: 500, missing: [], twice: [], inOrder: true },
    });
  });

  it("answers the very first command after a start", async () => {
    const { host, ada, bot, roomId } = await setUp();
    await host.stop();
    await host.start();
    await ada.say(roomId, "!echo first");
    await ada.until(roomId, (events) => answersTo(events, bot.userId) === 1);
  });

  it("answers 30 commands in order although the server lets it send four a second", async () => {
    const { server, host, ada, bot, roomId } = await setUp({ rateLimit: { perSecond: 4, burst: 5 } });
    await server.liftRateLimit(ada.userId);
    await sayMany(ada, roomId, 30);
    await ada.until(roomId, (events) => answersTo(events, bot.userId) >= 30);
    await host.until("echo", ({ counts }) => counts.waiting === 0);
    expect(await readAnswers(ada, roomId, bot.userId)).toEqual({
      ...{ commands: 30, answered: 30, missing: [], twice: [], inOrder: true },
    });
  });

  it("is back within two seconds of its homeserver's return", async () => {
    const { server, ada, bot, roomId } = await setUp();
    await server.kill();
    await server.restart();
    const back = performance.now();
    await ada.say(roomId, "!echo are you there");
    await ada.until(roomId, (events) => answersTo(events, bot.userId) === 1);
    const seconds = (performance.now() - back) / 1000;
    console.log(`answered ${seconds.toFixed(2)} s after the homeserver's return`);
    expect(seconds).toBeLessThan(2);
  });

  it("waits as blocked when its login is revoked, and goes on with the next one where it was", async () => {
    const { server, host, ada, bot, login, account, roomId } = await setUp();
    await server.logOutEverywhere(bot.userId);
    await host.until(
      "echo",
      ({ status, statusReason }) => status === "blocked" && /Log in again/.test(statusReason ?? ""),
    );
    await ada.say(roomId, "!echo while it was blocked");
    const again = await host.addAccount(login);
    expect(again.id).toBe(account.id);
    await ada.until(roomId, (events) => answersTo(events, bot.userId) === 1);
    expect(await readAnswers(ada, roomId, bot.userId)).toMatchObject({ answered: 1, twice: [], missing: [] });
  });
});
