import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { bundleOf, openPluginHost, PLUGIN } from "../testing/plugin-host.ts";
import type { WebhookRequest } from "./webhook-request.ts";

const WANTS = { permissions: { webhooks: true as const } };

/** A plugin with these webhooks that runs as `one`, with Ada in a room with it. */
async function setUp(
  setup: string,
  { granted = true, wants = WANTS as object, answerTimeoutMs = 20_000, pingDeadlineMs = 10_000 } = {},
) {
  const host = await openPluginHost([], bundleOf("1.0.0", setup, wants), {
    ...{ answerTimeoutMs, pingDeadlineMs },
  });
  if (granted) await host.plugins.grant(PLUGIN, WANTS.permissions);
  const row = { id: "one", pluginId: PLUGIN, accountId: "account", config: {}, enabled: true, createdAt: 1 };
  host.store.instances.insert(row);
  await host.supervisor.reconcile("one");
  const { webhooks, store, supervisor, logs, answers } = host;

  async function call(path: string, more: Partial<WebhookRequest> = {}) {
    const url = `http://127.0.0.1${path}`;
    const request = { method: "POST", path, url, headers: {}, address: "192.0.2.1", body: Buffer.alloc(0) };
    const { status, headers, body } = await webhooks.receive("one", { ...request, ...more });
    return { status, headers, body: String(body) };
  }
  return {
    ...host,
    call,
    said: (count: number) =>
      eventually(`${count} answers`, async () => {
        const all = await answers();
        return all.length >= count && all;
      }),
    errors: () => logs.lines("one").filter(({ level }) => level === "error"),
    failed: () => eventually("a failed delivery", () => store.inbox.failed("one", 1)[0]),
    done: () => eventually("an empty inbox", () => store.inbox.count("one") === 0),
    async enable(enabled: boolean) {
      store.instances.setEnabled("one", enabled);
      await supervisor.reconcile("one");
    },
  };
}

const SAY = `bot.webhook("/say", async ({ request, sendTo }) => {
  await sendTo(await bot.store.get("room"), request.text());
});`;

/** One that is told its room first, and says in it what comes to \`/say\`. */
async function speaker(more = "", options: Parameters<typeof setUp>[1] = {}) {
  const code = `
    bot.webhook("/room", { reply: true }, ({ request }) => bot.store.set("room", request.text()));
    ${SAY} ${more}`;
  const host = await setUp(code, options);
  await eventually("it runs", () => host.supervisor.observed("one").status === "running");
  expect(await host.call("/room", { body: Buffer.from(host.roomId) })).toMatchObject({ status: 204 });
  return host;
}

test("a request is taken at once, and then said in the room that its handler names", async () => {
  const { call, said, webhooks, done } = await speaker();
  expect(await call("/say", { body: Buffer.from("Hello, ä!") })).toEqual({
    status: 202,
    headers: {},
    body: "",
  });
  expect(await said(1)).toEqual(["Hello, ä!"]);
  await done();
  expect(webhooks.methods("one", "/say")).toEqual(["POST"]);
});

test("what a sender sends again under its ID is handled once; another body is another request", async () => {
  const { call, said } = await speaker();
  const headers = { "x-github-delivery": "72d3162e" };
  expect((await call("/say", { headers, body: Buffer.from("pushed") })).status).toBe(202);
  await said(1);
  expect((await call("/say", { headers, body: Buffer.from("pushed") })).status).toBe(200);
  expect((await call("/say", { headers, body: Buffer.from("forged") })).status).toBe(202);
  expect((await call("/say", { body: Buffer.from("pushed") })).status).toBe(202);
  expect(await said(3)).toEqual(["pushed", "forged", "pushed"]);
});

test("a handler that answers and says something says it once, however often its sender tries", async () => {
  const { call, answers } = await speaker(`
    bot.webhook("/ask", { reply: true }, async ({ request, sendTo }) => {
      await sendTo(await bot.store.get("room"), request.text());
      return { status: 201, json: { heard: request.text() }, headers: { "x-hook-secret": "s" } };
    });`);
  const again = { headers: { "webhook-id": "msg_1" }, body: Buffer.from("hi") };
  for (let n = 0; n < 3; n++) {
    expect(await call("/ask", again)).toEqual({
      status: 201,
      headers: { "content-type": "application/json", "x-hook-secret": "s" },
      body: '{"heard":"hi"}',
    });
  }
  expect(await answers()).toEqual(["hi"]);
});

test("requests of one webhook are handled in their order, and hold up no other one", async () => {
  const { call, said } = await speaker(`
    let go;
    const gate = new Promise((resolve) => { go = resolve; });
    bot.webhook("/slow", async ({ request, sendTo }) => {
      if (request.text() === "first") await gate;
      await sendTo(await bot.store.get("room"), request.text());
    });
    bot.webhook("/go", { reply: true }, () => go());`);
  await call("/slow", { body: Buffer.from("first") });
  await call("/slow", { body: Buffer.from("second") });
  await call("/say", { body: Buffer.from("beside") });
  expect(await said(1)).toEqual(["beside"]);
  await call("/go");
  expect(await said(3)).toEqual(["beside", "first", "second"]);
});

test("a handler that throws fails its delivery, which is kept and can be run again", async () => {
  const { call, failed, errors, said, store, dispatcher } = await speaker(`
    let broken = true;
    bot.webhook("/fix", { reply: true }, () => { broken = false; });
    bot.webhook("/break", async ({ request, sendTo }) => {
      if (broken) throw new Error("oops");
      await sendTo(await bot.store.get("room"), request.text());
    });`);
  await call("/break", { body: Buffer.from("late") });
  const { id, roomId } = await failed();
  expect(roomId).toBe("webhook:POST /break");
  expect(errors()).toMatchObject([
    { message: expect.stringMatching(/^The handler of \$webhook:\/break:.*: oops$/) },
  ]);

  await call("/fix");
  const entry = store.inbox.rerun("one", id);
  dispatcher.arrived(entry ? [entry] : []);
  expect(await said(1)).toEqual(["late"]);
});

test("a handler that is to answer and cannot is told to the sender, and to the operator with its reason", async () => {
  const { call, errors } = await setUp(`
    bot.webhook("/throws", { reply: true }, () => { throw new Error("the secret"); });
    bot.webhook("/later", { reply: true }, () => { throw Object.assign(new Error("x"), { code: "RETRY_LATER", data: { seconds: 7 } }); });
    bot.webhook("/wrong", { reply: true }, () => ({ headers: { "set-cookie": "a" } }));`);
  expect(await call("/throws")).toMatchObject({ status: 500, body: "The bot could not handle it.\n" });
  expect(await call("/wrong")).toMatchObject({ status: 500, body: "The bot could not handle it.\n" });
  expect(await call("/later")).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
  expect(errors().map(({ message }) => message)).toEqual([
    "The handler of POST /throws failed (ERROR): the secret",
    expect.stringMatching(/^The handler of POST \/wrong failed .*no header "set-cookie"/),
  ]);
});

test("GET answers HEAD where it replies, and only there", async () => {
  const { call, webhooks } = await setUp(`
    bot.webhook("/page", { method: "GET", reply: true }, ({ request }) => ({ body: request.method }));
    bot.webhook("/count", { method: "GET" }, () => undefined);`);
  expect(webhooks.methods("one", "/page")).toEqual(["GET", "HEAD"]);
  expect(webhooks.methods("one", "/count")).toEqual(["GET"]);
  expect(await call("/page", { method: "HEAD" })).toMatchObject({ status: 200, body: "HEAD" });
  expect(await call("/count", { method: "HEAD" })).toMatchObject({ status: 503 });
});

test("a worker that dies while it answers is told to the sender, and what was stored runs again", {
  timeout: 20_000,
}, async () => {
  const { call, said, supervisor } = await speaker(
    `
    bot.webhook("/die", { reply: true }, () => { for (;;); });
    bot.webhook("/stuck", async ({ request, sendTo }) => {
      const again = await bot.store.get("again");
      await bot.store.set("again", true);
      await sendTo(await bot.store.get("room"), "begun");
      if (!again) await new Promise(() => {});
      await sendTo(await bot.store.get("room"), request.text());
    });`,
    { pingDeadlineMs: 2_000 },
  );
  await call("/stuck", { body: Buffer.from("ended") });
  await said(1);
  const answer = call("/die");
  expect(await answer).toMatchObject({ status: 502, headers: { "retry-after": "5" } });
  expect(supervisor.observed("one").status).toBe("crashed");
  // Nobody is there to answer, but what is stored is taken.
  expect(await call("/die")).toMatchObject({ status: 503 });
  expect(await call("/say", { body: Buffer.from("meanwhile") })).toMatchObject({ status: 202 });
  const all = await said(3);
  expect([...all].sort()).toEqual(["begun", "ended", "meanwhile"]);
});

test("what is disabled takes nothing; what waits for it is handled when it is back, however late", async () => {
  const { call, enable, store, said } = await speaker();
  await enable(false);
  expect(await call("/say")).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(store.inbox.count("one")).toBe(0);

  const content = { method: "POST", path: "/say", url: "http://127.0.0.1/say", headers: {}, address: "x" };
  const event = {
    ...{ type: "org.rookery.webhook", event_id: "$old", sender: "x", origin_server_ts: 1 },
    content: { ...content, body64: Buffer.from("old").toString("base64") },
  };
  store.webhooks.take(
    {
      instanceId: "one",
      roomId: "webhook:POST /say",
      eventId: "$old",
      sender: "x",
      event: JSON.stringify(event),
    },
    true,
    1,
  );
  await enable(true);
  expect(await said(1)).toEqual(["old"]);
});

test("an instance that was deleted has no webhooks any more", async () => {
  const { webhooks, store, supervisor, enable } = await speaker();
  await enable(false);
  store.instances.remove("one");
  await supervisor.reconcile("one");
  expect(webhooks.list("one")).toEqual([]);
});

test("without the permission an instance does not start, waits for it, and loses it at once", async () => {
  const unasked = await setUp(SAY, { wants: {} });
  expect(unasked.supervisor.observed("one").reason).toContain(
    'It did not start: It has webhooks, and its plugin.json does not ask for the permission "webhooks".',
  );
  expect(unasked.webhooks.list("one")).toEqual([]);

  const { supervisor, plugins, call } = await setUp(SAY, { granted: false });
  expect(supervisor.observed("one")).toMatchObject({
    status: "blocked",
    reason: expect.stringContaining("to be called from outside by webhooks"),
  });
  await plugins.grant(PLUGIN, WANTS.permissions);
  expect(supervisor.observed("one").status).toBe("running");
  expect((await call("/say")).status).toBe(202);
  await plugins.grant(PLUGIN, {});
  // It goes on without.
  expect(supervisor.observed("one").status).toBe("running");
  expect((await call("/say")).status).toBe(503);
  await supervisor.restart("one");
  expect(supervisor.observed("one").status).toBe("running");
  expect((await call("/say")).status).toBe(503);
  await plugins.grant(PLUGIN, WANTS.permissions);
  expect((await call("/say")).status).toBe(202);
});

test("withheld from one instance, it is that one's no more", async () => {
  const { call, store, supervisor } = await speaker();
  store.instances.setWithheld("one", { webhooks: true });
  await supervisor.regrant("one");
  expect((await call("/say")).status).toBe(503);
});

test("when it is taken back, who waits for an answer gets none, and what waits is not handled", async () => {
  const { call, plugins, said, done, store, uses } = await speaker(`
    const gate = Promise.withResolvers();
    bot.webhook("/ask", { reply: true }, ({ signal }) => {
      signal.addEventListener("abort", gate.resolve);
      return gate.promise;
    });
    bot.webhook("/slow", async ({ request, sendTo }) => {
      await gate.promise;
      await sendTo(await bot.store.get("room"), request.text());
    });`);
  const asked = call("/ask");
  await call("/slow", { body: Buffer.from("first") });
  await call("/slow", { body: Buffer.from("second") });
  await plugins.grant(PLUGIN, {});
  expect((await asked).status).toBe(502);
  await done();
  expect(await said(1)).toEqual(["first"]);
  expect(store.inbox.skipped("one")).toBe(1);
  expect(uses.of("one")).toMatchObject([{ permission: "webhooks", value: "", count: 4 }]);
});

test.each([
  ["so many", 1_000, "{}"],
  ["so much", 1, "x".repeat(8 * 1024 * 1024)],
])("%s waits for an instance and no more, until there is room again", async (_what, count, event) => {
  const { call, store } = await speaker();
  const waiting = { instanceId: "one", roomId: "webhook:POST /say", eventId: "$x", sender: "x", event };
  const deliveries = Array.from({ length: count }, () => waiting);
  // They lie there, and nobody is told.
  const entries = store.inbox.add({ deliveries, skipped: new Map() });

  expect(await call("/say")).toMatchObject({ status: 503, headers: { "retry-after": "30" } });
  store.inbox.settle(entries.map((entry) => ({ entry })));
  await eventually("room", async () => (await call("/say")).status === 202);
});

test("what waits is counted as it comes", async () => {
  const { call } = await speaker('bot.webhook("/stuck", () => new Promise(() => {}));');
  const body = Buffer.alloc(2 * 1024 * 1024);
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) statuses.push((await call("/stuck", { body })).status);
  // 2 MiB are 2.7 as base64.
  expect(statuses).toEqual([202, 202, 202, 503, 503]);
});

test("what cannot be stored is not taken, and its sender is told to try again", async () => {
  const { call, store, errors } = await speaker();
  store.db.exec("CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT raise(ABORT, 'disk full'); END");
  expect(await call("/say")).toMatchObject({ status: 503, headers: { "retry-after": "60" } });
  expect(errors()).toEqual([]);
  store.db.exec("DROP TRIGGER full");
  expect(await call("/say", { body: Buffer.from("again") })).toMatchObject({ status: 202 });
});

test("a handler that takes too long to answer is given up, and says nothing more", async () => {
  const { call, answers, roomId } = await setUp(
    `bot.webhook("/slow", { reply: true }, async ({ signal, request, sendTo }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await sendTo(request.text(), "too late").catch(({ code }) => bot.store.set("code", code));
    });
    bot.webhook("/code", { reply: true }, async () => ({ body: await bot.store.get("code") }));`,
    { answerTimeoutMs: 100 },
  );
  const body = Buffer.from(roomId);
  await eventually("the deadline", async () => (await call("/slow", { body })).status === 504);
  await eventually("the refusal", async () => (await call("/code")).body === "DELIVERY_ENDED");
  expect(await answers()).toEqual([]);
});

test("answers are counted by their status, across a stop, until the instance is gone", async () => {
  const { webhooks, enable } = await setUp(SAY);
  const counted = () => webhooks.answers("one").filter(([, count]) => count > 0);
  for (const status of [202, 200, 429, 503]) webhooks.answered("one", "POST", "/say", status);
  await enable(false);
  await enable(true);
  expect(counted()).toEqual([
    ["2xx", 2],
    ["4xx", 1],
    ["5xx", 1],
  ]);
  webhooks.forget("one");
  expect(webhooks.answers("one")).toEqual([]);
});
