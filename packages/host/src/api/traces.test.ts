import { expect, test } from "vitest";
import { loadConfig } from "../config/load.ts";
import { BOT_PLUGIN } from "../testing/account-host.ts";
import { eventually } from "../testing/eventually.ts";
import { register } from "../testing/homeserver.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";
import { startRoomHost } from "../testing/room-host.ts";

/** An instance `bot` in a room with Ada. As in an author's host, a handler that never ends is not waited for. */
const setUp = (more = "", options: Parameters<typeof startRoomHost>[1] = {}) =>
  startRoomHost(
    `
    const { RetryLater, UserError } = require("@rookery/plugin-sdk");
    let tries = 0;
    bot.command("echo", { description: "", args: { text: Type.Optional(Type.String()) } }, (ctx) => ctx.reply("an answer"));
    bot.command("count", { description: "", args: { n: Type.Integer() } }, (ctx) => ctx.reply("counted"));
    bot.command("fail", "", () => { throw new Error("It is broken."); });
    bot.command("later", "", () => { if (++tries < 3) throw new RetryLater(0); });
    bot.command("no", "", () => { throw new UserError("No."); });
    bot.command("wait", "", (ctx) => new Promise((_, reject) => ctx.signal.addEventListener("abort", reject)));
    ${more}`,
    { ...options, development: { name: "traces" } },
  );

/** The host itself would wait for them when it closes, up to its ten seconds. */
const endHandlers = ({ call }: TestHost) => call("POST", "/instances/bot/stop");

/** What is known of an event, once it is in one of the states. */
const traceOf = ({ call }: TestHost, eventId: string, ...states: string[]) =>
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

test("what nobody answers for what it is, is said to be that", async () => {
  const { host, ada, roomId } = await setUp();
  const earlier = await ada.say(roomId, "!ecko");
  const edited = { msgtype: "m.text", body: "!echo" };
  const sealed = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "AwgA" };
  for (const [reason, type, content] of [
    ["encrypted", "m.room.encrypted", sealed],
    ["notice", "m.room.message", { msgtype: "m.notice", body: "!echo" }],
    [
      "edit",
      "m.room.message",
      {
        ...{ msgtype: "m.text", body: "* !echo", "m.new_content": edited },
        "m.relates_to": { rel_type: "m.replace", event_id: earlier },
      },
    ],
  ] as const) {
    const eventId = await ada.client.putEvent(roomId, type, reason, content);
    const trace = await traceOf(host, eventId, "skipped");
    expect(trace).toMatchObject({ type, reason: { code: reason }, handlers: [], attempts: 0 });
  }
});

test("what was too old when its turn came, or when it came, is said to be", async () => {
  const { host, ada, roomId } = await setUp();
  await traceOf(host, await ada.say(roomId, "!wait"), "running");
  const behind = await ada.say(roomId, "!echo");
  await traceOf(host, behind, "pending");
  await host.call("PATCH", "/instances/bot", { body: { catchUpSeconds: 0 } });
  const tooOld = { reason: { code: "too-old" }, handlers: [], attempts: 0 };
  expect(await traceOf(host, behind, "skipped")).toMatchObject(tooOld);
  await host.close();
  const meanwhile = await ada.say(roomId, "!echo");
  const again = await startTestHost({ dataDir: host.dataDir });
  await again.signIn();
  expect(await traceOf(again, meanwhile, "skipped")).toMatchObject(tooOld);
});

test("what a full inbox had no room for is said to be that", async () => {
  const { limits } = loadConfig({ env: {}, cwd: "/" });
  const { host, ada, roomId } = await setUp("", { settings: { limits: { ...limits, inboxEntries: 1 } } });
  await traceOf(host, await ada.say(roomId, "!wait"), "running");
  const refused = await traceOf(host, await ada.say(roomId, "!echo"), "skipped");
  expect(refused).toMatchObject({ reason: { code: "inbox-full" }, handlers: [], attempts: 0 });
  await endHandlers(host);
});

test("of what another bot of this host says, only what it would have answered is listed, as that", async () => {
  const { host, homeserver, http, ada, roomId } = await setUp();
  const other = await register(homeserver, http, "other");
  await ada.client.doRequest("POST", `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/invite`, null, {
    user_id: other.userId,
  });
  await other.client.joinRoom(roomId);
  const { accessToken } = other;
  await host.call("POST", "/accounts", { body: { homeserverUrl: homeserver.url, accessToken } });
  await other.say(roomId, "It is 12 o'clock.");
  const asked = await other.say(roomId, "!echo");
  expect(await traceOf(host, asked, "skipped")).toMatchObject({ reason: { code: "own" } });
  const { body } = await host.call("GET", "/instances/bot/deliveries?state=skipped");
  const ofOther = body.filter(({ sender, type }: { sender: string; type: string }) => {
    return sender === other.userId && type === "m.room.message";
  });
  expect(ofOther.map(({ eventId }: { eventId: string }) => eventId)).toEqual([asked]);
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
  await endHandlers(host);
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
  const body = { id: "bot", pluginId: BOT_PLUGIN, accountId };
  await again.call("POST", "/instances", { body });
  expect((await again.call("GET", "/instances/bot/deliveries")).body).toEqual([]);
});
