import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import { expect, it } from "vitest";
import { bundleOf } from "../hostile/plugins.ts";
import { createPerson, type RoomEvent } from "../matrix/person.ts";
import { startRookery } from "../rookery/rookery.ts";

const SECOND = 1_000;
/** Runs that are missed each time, at least. */
const MISSED = 3;
const KILLS = 2;

/** Says each second which one it is. */
const tickerBundle = (): Promise<Buffer> =>
  bundleOf(
    "crash-ticker",
    `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({ roomId: Type.String() }),
  setup(bot) {
    bot.schedule("tick", "* * * * * *", (ctx) => ctx.sendTo(bot.config.roomId, ctx.dueAt.toISOString()));
  },
});`,
  );

it("makes up once for the runs of a schedule that were missed while the host was killed, and runs none twice", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "rookery-schedule-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const homeserver = await startDevHomeserver({ dataDir: folder });
  stack.defer(() => homeserver.close());
  const ada = await createPerson(homeserver.url, await register("ada"));
  const bot = await register("bot");
  const roomId = await ada.createRoom([bot.userId]);
  const host = stack.use(await startRookery());
  const account = await host.addAccount({
    ...{ homeserverUrl: homeserver.url, username: "bot", password: "the password of bot" },
  });
  await ada.joined(roomId, bot.userId);
  const { id: pluginId } = await host.addPlugin(await tickerBundle());
  await host.addInstance({ id: "ticker", pluginId, accountId: account.id, config: { roomId } });

  const ticksIn = (events: RoomEvent[]) =>
    events.flatMap(({ type, content }) => (type === "m.room.message" ? [Date.parse(content.body)] : []));
  const seen = async (count: number) =>
    ticksIn(await ada.until(roomId, (events) => ticksIn(events).length >= count));
  let before = await seen(2);
  const allMadeUp = new Set<number>();

  for (let kill = 0; kill < KILLS; kill++) {
    await host.kill();
    before = ticksIn(await ada.history(roomId));
    // What is missed is time itself.
    const enough = (before.at(-1) ?? 0) + (MISSED + 1) * SECOND;
    await new Promise((resolve) => setTimeout(resolve, enough - Date.now()));
    await host.start();
    const { statusSince } = await host.until("ticker", ({ status }) => status === "running");
    const startedAt = Date.parse(statusSince);
    const seenAt = Date.now();

    const after = (await seen(before.length + 3)).slice(before.length);
    // The one that was being stored when the host was killed may come, too.
    const unfinished = after.filter((due) => due <= (before.at(-1) ?? 0) + SECOND);
    const [madeUp = 0, ...next] = after.slice(unfinished.length);
    expect(unfinished.length).toBeLessThanOrEqual(1);
    expect(madeUp).toBeGreaterThan((before.at(-1) ?? 0) + MISSED * SECOND);
    // It is the newest that was missed, so it was due before the instance was seen to run.
    expect(madeUp).toBeLessThanOrEqual(seenAt);
    expect(next[0]).toBeGreaterThan(startedAt);
    allMadeUp.add(madeUp);
  }

  const ticks = ticksIn(await ada.history(roomId));
  expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
  // On a busy machine a run may still wait when the next is due: that is counted, and nothing else is missing.
  const passedOver = ticks.flatMap((tick, index) => {
    const last = ticks[index - 1];
    return last === undefined || allMadeUp.has(tick) ? [] : [(tick - last) / SECOND - 1];
  });
  expect((await host.instance("ticker")).counts).toMatchObject({
    ...{ failed: 0, skipped: passedOver.reduce((sum, count) => sum + count, 0) },
  });

  async function register(username: string): Promise<{ userId: string; accessToken: string }> {
    const answer = await fetch(`${homeserver.url}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({
        username,
        password: `the password of ${username}`,
        auth: { type: "m.login.dummy" },
      }),
    });
    const login = (await answer.json()) as { user_id: string; access_token: string };
    return { userId: login.user_id, accessToken: login.access_token };
  }
});
