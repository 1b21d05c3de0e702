import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

/** An instance `bot` in a room with Ada. */
async function setUp(more = "") {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const roomId = await ada.room([bot]);
  const host = await startTestHost();
  await host.signIn();
  const bundle = await writeBundle({
    manifest: {
      ...{ id: "org.example.echo", version: "1.0.0", name: "Echo", description: "Echo", license: "MIT" },
      ...{ rookery: "*", main: "plugin.js" },
    },
    code: pluginCode(`
      const { RetryLater, UserError } = require("@rookery/plugin-sdk");
      let tries = 0;
      bot.command("echo", { description: "", args: { text: Type.Optional(Type.String()) } }, (ctx) => ctx.reply("an answer"));
      bot.command("count", { description: "", args: { n: Type.Integer() } }, (ctx) => ctx.reply("counted"));
      bot.command("fail", "", () => { throw new Error("It is broken."); });
      bot.command("later", "", () => { if (++tries < 3) throw new RetryLater(0); });
      bot.command("no", "", () => { throw new UserError("No."); });
      bot.command("wait", "", (ctx) => new Promise((_, reject) => ctx.signal.addEventListener("abort", reject)));
      ${more}`),
  });
  await host.call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle });
  const { accessToken } = bot;
  const body = { homeserverUrl: homeserver.url, accessToken };
  const account = await host.call("POST", "/accounts", { body });
  const instance = { id: "bot", pluginId: "org.example.echo", accountId: account.body.id };
  await host.call("POST", "/instances", { body: instance });
  return { host, ada, bot, roomId };
}

type Host = Awaited<ReturnType<typeof startTestHost>>;

/** What is known of an event, once it is in one of the states. */
const traceOf = ({ call }: Host, eventId: string, ...states: string[]) =>
  eventually(`the trace of ${eventId}`, async () => {
    const { body } = await call("GET", "/instances/bot/deliveries?limit=500");
    // biome-ignore lint/suspicious/noExplicitAny: as the body is
    return body.find((one: any) => one.eventId === eventId && states.includes(one.state));
  });

test("an answered command's trace says what matched, how long it took, and what was sent", async () => {
  const { host, ada, bot, roomId } = await setUp();
  const eventId = await ada.say(roomId, "!echo private-text");
  const trace = await traceOf(host, eventId, "done");
  expect(trace).toMatchObject({
    ...{ state: "done", roomId, sender: ada.userId, type: "m.room.message", handlers: ["!echo"] },
    ...{ attempts: 1, reason: null, error: null, callsLeftOut: 0 },
    calls: [{ method: "event.send", durationMs: expect.any(Number), eventId: expect.stringMatching(/^\$/) }],
  });
  expect(trace.durationMs).toBeGreaterThanOrEqual(trace.calls[0].durationMs);
  expect(Date.parse(trace.endedAt) - Date.parse(trace.startedAt)).toBe(trace.durationMs);
  expect((await host.call("GET", `/instances/bot/deliveries/${trace.id}`)).body).toEqual(trace);

  // What the bot itself says is no question of anybody's.
  const after = await ada.say(roomId, "good evening");
  await traceOf(host, after, "skipped");
  const { body } = await host.call("GET", "/instances/bot/deliveries");
  expect(body.map((one: { sender: string }) => one.sender)).not.toContain(bot.userId);
  expect(JSON.stringify(body)).not.toMatch(/private-text|an answer|good evening/);
});

test("where there was no answer, the trace says why", async () => {
  const { host, ada, roomId } = await setUp();
  const why = async (eventId: string) => {
    const { state, reason, handlers } = await traceOf(host, eventId, "done", "skipped");
    return [state, reason?.code, handlers.join()];
  };
  expect(await why(await ada.say(roomId, "!ecko"))).toEqual(["skipped", "no-such-command", ""]);
  expect(await why(await ada.say(roomId, "!count many"))).toEqual(["done", "arguments-refused", "!count"]);
  expect(await why(await ada.say(roomId, "!no"))).toEqual(["done", "user-error", "!no"]);
  expect(await why(await ada.say(roomId, "chatter"))).toEqual(["skipped", "no-handler", ""]);
  await host.call("PATCH", "/instances/bot", { body: { rooms: ["!other:test"] } });
  expect(await why(await ada.say(roomId, "!echo"))).toEqual(["skipped", "room-off", ""]);
  await host.call("PATCH", "/instances/bot", { body: { rooms: null, catchUpSeconds: 0 } });
  await host.call("POST", "/instances/bot/stop");
  await host.call("POST", "/instances/bot/start");
  expect((await host.call("GET", "/instances/bot/deliveries?state=pending")).body).toEqual([]);
});

test("a regular expression is looked at by the worker: what it does not match is done without a handler", async () => {
  const { host, ada, roomId } = await setUp("bot.hears(/^only this$/, () => {});");
  const trace = await traceOf(host, await ada.say(roomId, "only that"), "done");
  expect(trace).toMatchObject({ handlers: [], reason: { code: "no-handler" }, attempts: 1 });
});

test("a failure's trace has its error and its stack, and how often it was tried", async () => {
  const { host, ada, roomId } = await setUp();
  const failed = await traceOf(host, await ada.say(roomId, "!fail"), "failed");
  expect(failed).toMatchObject({ handlers: ["!fail"], error: { code: "ERROR", message: "It is broken." } });
  expect(failed.error.stack).toContain("It is broken.");
  expect((await host.call("GET", "/instances/bot/failed-deliveries")).body[0]).toMatchObject({
    id: failed.id,
  });
  const tried = await traceOf(host, await ada.say(roomId, "!later"), "done");
  expect(tried).toMatchObject({ attempts: 3, handlers: ["!later"] });

  const list = async (query: string) => await host.call("GET", `/instances/bot/deliveries${query}`);
  const running = await traceOf(host, await ada.say(roomId, "!wait"), "running");
  expect((await list("?state=running")).body).toEqual([running]);
  const behind = await traceOf(host, await ada.say(roomId, "!echo"), "pending");
  expect((await list("?state=pending")).body).toEqual([behind]);
  expect(behind).toMatchObject({ attempts: 0, startedAt: null, endedAt: null });
  const first = await list("?state=failed&limit=1");
  expect([first.body.length, first.headers.link]).toEqual([1, undefined]);
  const page = await list("?limit=2");
  expect(page.headers.link).toContain("cursor=");
  const next = await host.send("GET", String(page.headers.link).split(/[<>]/)[1] ?? "");
  expect(next.status).toBe(401);

  expect((await list("/999999")).status).toBe(404);
  expect((await list("?state=lost")).status).toBe(400);
  expect((await host.call("GET", "/instances/none/deliveries")).status).toBe(404);
});

test("what is known of events is known after a restart, and a deleted instance's is known no more", async () => {
  const { host, ada, roomId } = await setUp();
  const done = await traceOf(host, await ada.say(roomId, "!echo"), "done");
  const skipped = await traceOf(host, await ada.say(roomId, "chatter"), "skipped");
  await host.close();
  const again = await startTestHost({ dataDir: host.dataDir });
  await again.signIn();
  expect(await traceOf(again, done.eventId, "done")).toEqual(done);
  expect(await traceOf(again, skipped.eventId, "skipped")).toEqual(skipped);
  const newer = await traceOf(again, await ada.say(roomId, "!echo"), "done");
  expect(newer.id).toBeGreaterThan(skipped.id);
  const { accountId } = (await again.call("GET", "/instances/bot")).body;
  await again.call("DELETE", "/instances/bot");
  const body = { id: "bot", pluginId: "org.example.echo", accountId };
  await again.call("POST", "/instances", { body });
  expect((await again.call("GET", "/instances/bot/deliveries")).body).toEqual([]);
});
