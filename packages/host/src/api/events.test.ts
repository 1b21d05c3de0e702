import { type IncomingMessage, request as send } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

interface Heard {
  event: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into events; a wrong path fails the expectation
  data: any;
}

/** Instances `one` and `two` that log what they hear and fail at "fail", with Ada in the room of the first. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const [ada, bot] = [await register(homeserver, http, "ada"), await register(homeserver, http, "bot")];
  const roomId = await ada.room([bot]);
  const operator = await startTestHost();
  const cookie = String((await operator.signIn()).headers["set-cookie"]).split(";")[0] ?? "";
  const { call, host } = operator;
  const bundle = await writeBundle({
    manifest: {
      ...{ id: "org.example.loud", version: "1.0.0", name: "Loud", description: "Loud", license: "MIT" },
      ...{ rookery: "*", main: "plugin.js" },
    },
    code: pluginCode(`
      bot.hears(/./, (ctx) => { bot.log.info(ctx.text); if (ctx.text === "fail") throw new Error("No."); });`),
  });
  await call("POST", "/plugins", { type: "application/octet-stream", bytes: bundle });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  for (const id of ["one", "two"]) {
    const instance = { id, pluginId: "org.example.loud", accountId: account.id };
    await call("POST", "/instances", { body: instance });
  }

  /** Opens a stream; it ends with the test, if not before. */
  async function follow(query = "", headers: Record<string, string> = { cookie }) {
    const asked = send(`${host.url}/api/v1/events${query}`, { headers });
    onTestFinished(() => void asked.destroy());
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      asked.on("response", resolve).on("error", reject).end();
    });
    const heard: Heard[] = [];
    let rest = "";
    let hasEnded = false;
    answer.setEncoding("utf8").on("data", (chunk: string) => {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split("\n").map((one) => one.split(/: (.*)/s)));
        if (fields.data) heard.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) });
      }
    });
    answer.on("close", () => {
      hasEnded = true;
    });
    answer.on("error", () => undefined);
    return {
      answer,
      heard,
      close: () => asked.destroy(),
      /** Sooner than it would be looked at by the clock. */
      ended: () => eventually("the end of the stream", () => hasEnded, 3_000),
      until: (what: string, like: (one: Heard) => boolean) =>
        eventually(what, () => heard.find((one) => like(one))),
    };
  }
  return { ...operator, homeserver, cookie, follow, say: (words: string) => ada.say(roomId, words) };
}

test("it tells of status, log lines and deliveries, with the headers of every answer", async () => {
  const { call, follow, say } = await setUp();
  const { answer, heard, until } = await follow();
  expect(answer.headers).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'self'"),
  });
  await until("the beginning", ({ event }) => event === "open");
  await call("POST", "/instances/two/stop");
  await until("two to have stopped", ({ data }) => data.status === "stopped");
  await say("hello");
  await until("its line", ({ event, data }) => event === "log" && data.message === "hello");
  await say("fail");
  await until("its failure", ({ data }) => data.failed === 1);
  await call("DELETE", "/instances/two");
  await until("two to be gone", ({ data }) => data.instance === "two" && data.status === null);

  const statuses = heard.filter(({ event, data }) => event === "status" && data.status !== null);
  expect(statuses.map(({ data }) => [data.instance, data.status])).toEqual([
    ["two", "stopping"],
    ["two", "stopped"],
  ]);
  expect(statuses[0]?.data.statusSince).toMatch(/^\d{4}-.*Z$/);
  const counted = { arrived: 0, handled: 0, failed: 0 };
  for (const { event, data } of heard) {
    if (event !== "deliveries" || data.instance !== "one") continue;
    for (const key of ["arrived", "handled", "failed"] as const) counted[key] += data[key];
  }
  expect(counted).toEqual({ arrived: 2, handled: 1, failed: 1 });
  const [line] = (await call("GET", "/instances/one/logs")).body.filter(
    ({ message }: { message: string }) => message === "hello",
  );
  expect(heard.find(({ data }) => data.message === "hello")?.data).toEqual({ instance: "one", ...line });
});

test("between who is signed in and the stream nothing is missed, also where nobody listened before", async () => {
  const { call, follow } = await setUp();
  const { lastEventId } = (await call("GET", "/session")).body;
  await call("POST", "/instances/two/stop");
  const { heard, until } = await follow(`?after=${lastEventId}`);
  await until("two to have stopped", ({ data }) => data.status === "stopped");
  expect(heard[0]?.event).toBe("open");
});

test("it tells that something else is not as it was: changed by somebody, or by itself", async () => {
  const { call, follow, homeserver } = await setUp();
  const { token } = (await call("POST", "/tokens", { body: { name: "ci", role: "viewer", days: 1 } })).body;
  const viewers = await follow("", { authorization: `Bearer ${token}` });
  const { until } = await follow();
  const told = (of: string) =>
    until(`a word of ${of}`, ({ event, data }) => event === "changed" && data.of === of);
  await until("the beginning", ({ event }) => event === "open");
  await call("POST", "/users", { body: { name: "grace", role: "viewer" } });
  await told("users");
  await call("PATCH", "/instances/one", { body: { rooms: [] } });
  await told("instances");
  await homeserver.close();
  await told("accounts");
  await viewers.until("the accounts", ({ data }) => data.of === "accounts");
  expect(viewers.heard.some(({ data }) => data.of === "users")).toBe(false);
});

test("of one instance only, if so asked; of one that there is", async () => {
  const { call, follow } = await setUp();
  const { heard, until } = await follow("?instance=two");
  await call("POST", "/instances/one/stop");
  await call("POST", "/instances/two/stop");
  await until("two to have stopped", ({ data }) => data.status === "stopped");
  expect(new Set(heard.map(({ data }) => data.instance))).toEqual(new Set([undefined, "two"]));
  expect(await call("GET", "/events?instance=three")).toMatchObject({ status: 404 });
});

test("who comes back hears what was missed, or that it is not known any more", async () => {
  const { call, cookie, follow } = await setUp();
  const first = await follow();
  await call("POST", "/instances/one/stop");
  const seen = await first.until("one to have stopped", ({ data }) => data.status === "stopped");
  first.close();
  await call("POST", "/instances/two/stop");
  const back = await follow("", { cookie, "last-event-id": seen.id });
  await back.until("two to have stopped", ({ data }) => data.status === "stopped");
  // The answers to both requests may still be under way when one comes back.
  const heard = back.heard.filter(({ event }) => event !== "changed");
  expect(heard.map(({ event, data }) => [event, data.instance, data.status])).toEqual([
    ["open", undefined, undefined],
    ["status", "two", "stopping"],
    ["status", "two", "stopped"],
  ]);
  const lost = await follow("", { cookie, "last-event-id": "0123456789abcdef-7" });
  const reset = await lost.until("a word of it", ({ event }) => event === "reset");
  expect(reset.data.reason).toContain("Read anew");
  const again = await follow("", { cookie, "last-event-id": reset.id });
  await again.until("a beginning", ({ event }) => event === "open");
});

test("it ends with the session or the token, at once", async () => {
  const { call, follow } = await setUp();
  const { token, id } = (await call("POST", "/tokens", { body: { name: "ci", role: "viewer", days: 1 } }))
    .body;
  const byToken = await follow("", { authorization: `Bearer ${token}` });
  const bySession = await follow();
  await call("DELETE", `/tokens/${id}`);
  await byToken.ended();
  expect(bySession.answer.destroyed).toBe(false);
  await call("DELETE", "/session");
  await bySession.ended();
});

test("a user has so many streams, and a closed one makes room", async () => {
  const { call, follow } = await setUp();
  const streams = [];
  for (let n = 0; n < 8; n++) streams.push(await follow());
  expect(await call("GET", "/events")).toMatchObject({ status: 429, body: { code: "LIMIT" } });
  streams[0]?.close();
  await eventually("room for one more", async () => (await call("GET", "/events")).status === 200);
});

test("the host ends with streams open", async () => {
  const { follow, close } = await setUp();
  const stream = await follow();
  await close();
  await stream.ended();
});
