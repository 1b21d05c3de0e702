import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevHomeserver } from "@rookery/dev-homeserver";
import type { LogLine, Notice } from "@rookery/host/api";
import { expect, it } from "vitest";
import { bundleOf } from "../hostile/plugins.ts";
import { createPerson, type RoomEvent } from "../matrix/person.ts";
import { register } from "../matrix/register.ts";
import { startRookery } from "../rookery/rookery.ts";

const ROOM_FOR = 20;

/** Answers `!work N`, and what became of it, once its operator lets it. */
const WORKER = `
import { definePlugin, Type } from "@rookery/plugin-sdk";

export default definePlugin({
  config: Type.Object({ works: Type.Boolean({ default: false }) }),
  setup(bot) {
    const ready = bot.config.works ? Promise.resolve() : new Promise<void>(() => undefined);
    bot.command("work", { description: "Do it", args: { n: Type.Integer() } }, async (ctx) => {
      await ready;
      return ctx.reply(\`done \${ctx.args.n}\`);
    });
    bot.on("edit", async (ctx) => { await ready; return ctx.reply("edited"); });
    bot.on("redaction", async (ctx) => { await ready; return ctx.sendTo(ctx.room.roomId, "removed"); });
  },
});`;

const PING = `
import { definePlugin } from "@rookery/plugin-sdk";

export default definePlugin({
  setup(bot) {
    bot.command("ping", "Say pong", (ctx) => ctx.reply("pong"));
  },
});`;

it("refuses what comes beyond the bound of an inbox, counted and told, and answers all else, across kill -9", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "rookery-full-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const homeserver = await startDevHomeserver({ dataDir: folder });
  stack.defer(() => homeserver.close());
  const rookery = stack.use(await startRookery({ env: { ROOKERY_LIMITS_INBOX_ENTRIES: String(ROOM_FOR) } }));
  const ada = await createPerson(homeserver.url, await register(homeserver.url, "ada"));
  const { userId: botId, accessToken } = await register(homeserver.url, "bot");
  const account = await rookery.addAccount({ homeserverUrl: homeserver.url, accessToken });
  for (const [id, source] of Object.entries({ worker: WORKER, ping: PING })) {
    const { id: pluginId } = await rookery.addPlugin(await bundleOf(id, source));
    await rookery.addInstance({ id, pluginId, accountId: account.id });
  }
  const roomId = await ada.createRoom([botId]);
  await ada.joined(roomId, botId);

  const answersIn = (events: RoomEvent[]) =>
    events.flatMap(({ type, sender, content }) =>
      type === "m.room.message" && sender === botId ? [content.body as string] : [],
    );
  const work = (from: number, to: number) =>
    homeserver.inject(
      roomId,
      ada.userId,
      Array.from({ length: to - from }, (_, i) => ({ msgtype: "m.text", body: `!work ${from + i}` })),
    );
  const refused = (count: number) => rookery.until("worker", ({ counts }) => counts.refused === count);
  const notices = () => rookery.api<Notice[]>("GET", "/notices");
  const told = async (level: string) =>
    (await rookery.api<LogLine[]>("GET", "/instances/worker/logs")).filter((line) => line.level === level);

  const [first = ""] = work(0, 50);
  const full = await refused(30);
  expect(full.counts.waiting).toBe(ROOM_FOR);
  expect(full.overflow).toMatchObject({ refused: 30, isFull: true });
  expect(await told("error")).toMatchObject([
    { message: expect.stringMatching(/^Its inbox is full: 20 events/) },
  ]);
  expect(await notices()).toMatchObject([
    { message: expect.stringMatching(/^The inbox of worker is full: 30 events were refused since 2\d{3}-/) },
  ]);

  // Edits and redactions are events like others.
  await ada.send(roomId, "m.room.message", {
    ...{ msgtype: "m.text", body: "* !work 1", "m.new_content": { msgtype: "m.text", body: "!work 1" } },
    "m.relates_to": { rel_type: "m.replace", event_id: first },
  });
  await refused(31);
  await ada.request("PUT", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/redact/${first}/gone`, {});
  await refused(32);
  // Another instance of the same account goes on.
  await ada.say(roomId, "!ping");
  await ada.until(roomId, (events) => answersIn(events).includes("pong"));

  await rookery.kill();
  work(50, 55);
  await rookery.start();
  const again = await refused(37);
  expect(again.counts.waiting).toBe(ROOM_FOR);
  expect(again.overflow).toMatchObject({ refused: 37, since: full.overflow?.since, isFull: true });
  expect(await told("error")).toHaveLength(1);
  expect((await fetch(`${rookery.url}/readyz`)).status).toBe(200);

  await rookery.api("PATCH", "/instances/worker", { config: { works: true } });
  await rookery.until("worker", ({ counts }) => counts.waiting === 0);
  await ada.say(roomId, "!work 99");
  const events = await ada.until(roomId, (seen) => answersIn(seen).includes("done 99"));
  const done = Array.from({ length: ROOM_FOR }, (_, n) => `done ${n}`);
  expect(answersIn(events).filter((body) => body !== "pong")).toEqual([...done, "done 99"]);

  expect(await told("warn")).toMatchObject([
    { message: expect.stringMatching(/room in its inbox again. 37 /) },
  ]);
  expect(await notices()).toMatchObject([
    { message: expect.stringMatching(/^The inbox of worker was full: 37 events were refused from /) },
  ]);
  expect((await rookery.instance("worker")).overflow?.isFull).toBe(false);
  await rookery.api("DELETE", "/instances/worker/overflow");
  expect(await notices()).toEqual([]);
  expect(await rookery.instance("worker")).toMatchObject({ overflow: null, counts: { refused: 37 } });
});
