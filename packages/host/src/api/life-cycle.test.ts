import { readFileSync } from "node:fs";
import { queryObjects } from "node:v8";
import { expect, test } from "vitest";
import { writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { helloBundle, startTestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";
import type { Instance } from "./contract.ts";

const HELLO = "org.rookery.hello";
const BUNDLE = { type: "application/octet-stream" };
const problem = (status: number, code: string) => ({
  status,
  body: { code, status, detail: expect.any(String) },
});

/** A signed-in operator, and people on a homeserver: Ada in a room, and a bot that nobody runs yet. */
async function setUp() {
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const ada = await register(homeserver, http, "ada");
  const bot = await register(homeserver, http, "bot");
  const operator = await startTestHost();
  await operator.signIn();
  const { call } = operator;
  const addAccount = (more: object = { accessToken: bot.accessToken }) =>
    call("POST", "/accounts", { body: { homeserverUrl: homeserver.url, ...more } });
  const upload = (bytes: Buffer = readFileSync(helloBundle())) =>
    call("POST", "/plugins", { ...BUNDLE, bytes });

  /** An instance `hello` in a room with Ada. */
  async function runHello() {
    await upload();
    const { body: account } = await addAccount();
    const roomId = await ada.room([bot]);
    await call("POST", "/instances", { body: { id: "hello", pluginId: HELLO, accountId: account.id } });
    return { roomId, accountId: String(account.id) };
  }
  const answers = async (roomId: string) =>
    (await ada.messages(roomId)).flatMap(({ sender, body }) => (sender === bot.userId ? [body] : []));
  return {
    ...operator,
    texts: operator.answers,
    homeserver,
    ada,
    bot,
    addAccount,
    upload,
    runHello,
    answers,
  };
}

test("from nothing to a bot that answers, and back to nothing", async () => {
  const { call, ada, bot, addAccount, upload, answers } = await setUp();
  const roomId = await ada.room([bot]);
  const account = await addAccount();
  expect(account).toMatchObject({
    status: 201,
    body: { userId: "@bot:test", deviceId: bot.deviceId, instances: [] },
  });
  const plugin = await upload();
  expect(plugin).toMatchObject({
    status: 201,
    body: { id: HELLO, name: "Hello", missing: {}, instances: [] },
  });

  const body = { id: "hello", pluginId: HELLO, accountId: account.body.id };
  const created = await call("POST", "/instances", { body });
  expect(created).toMatchObject({
    status: 201,
    body: { ...body, enabled: true, status: "running", statusReason: null, config: { greeting: "Hello" } },
  });
  await ada.say(roomId, "!hello");
  await eventually("the answer", async () => (await answers(roomId)).length > 0);
  expect(await answers(roomId)).toEqual(["Hello, ada!"]);
  expect((await call("GET", "/instances/hello")).body).toMatchObject({
    ...{ counts: { received: 1, sent: 1, failed: 0 }, lastAnswerAt: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
  expect((await call("GET", "/accounts")).body).toMatchObject([{ status: "syncing", instances: ["hello"] }]);

  expect(await call("DELETE", `/accounts/${account.body.id}`)).toMatchObject(problem(409, "IN_USE"));
  expect(await call("DELETE", `/plugins/${HELLO}`)).toMatchObject(problem(409, "IN_USE"));
  for (const path of ["/instances/hello", `/plugins/${HELLO}`, `/accounts/${account.body.id}`]) {
    expect((await call("DELETE", path)).status, path).toBe(204);
    expect(await call("DELETE", path), path).toMatchObject(problem(404, "NOT_FOUND"));
  }
  for (const path of ["/instances", "/plugins", "/accounts"])
    expect((await call("GET", path)).body).toEqual([]);
  await expect(bot.client.getWhoAmI()).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
});

test("keeps no promise of a message that was answered", async () => {
  const { ada, call, runHello } = await setUp();
  const { roomId } = await runHello();
  let said = 0;
  const say = async (messages: number) => {
    said += messages;
    for (let n = 0; n < messages; n++) await ada.say(roomId, "!hello");
    await eventually(
      "the answers",
      async () => ((await call("GET", "/instances/hello")).body as unknown as Instance).counts.sent === said,
    );
  };
  await say(20);
  const before = Number(queryObjects(Promise));
  await say(100);
  // One that waits for the end of the host, of an account or an instance must not wait once for each message.
  expect(Number(queryObjects(Promise)) - before).toBeLessThan(50);
});

test("an instance is stopped, started, restarted and changed", async () => {
  const { call, ada, runHello, answers } = await setUp();
  const { roomId } = await runHello();
  expect((await call("POST", "/instances/hello/stop")).body).toMatchObject({
    enabled: false,
    status: "stopped",
  });
  expect((await call("POST", "/instances/hello/start")).body).toMatchObject({
    enabled: true,
    status: "running",
  });
  expect((await call("POST", "/instances/hello/restart")).body).toMatchObject({ status: "running" });
  const changed = await call("PATCH", "/instances/hello", { body: { config: { greeting: "Servus" } } });
  expect(changed).toMatchObject({ status: 200, body: { status: "running", config: { greeting: "Servus" } } });
  await ada.say(roomId, "!hello");
  await eventually("the answer", async () => (await answers(roomId)).includes("Servus, ada!"));
});

test("a config that does not fit names the field, and the one of before stays", async () => {
  const { call, runHello } = await setUp();
  const { accountId } = await runHello();
  for (const [config, path] of [
    [{ greeting: 5 }, "/config/greeting"],
    [{ greeting: null }, "/config/greeting"],
  ] as const) {
    const refused = await call("PATCH", "/instances/hello", { body: { config } });
    expect(refused).toMatchObject(problem(400, "CONFIG_INVALID"));
    expect(refused.body.fields).toMatchObject([{ path, message: expect.any(String) }]);
    const body = { id: "other", pluginId: HELLO, accountId, config };
    expect(await call("POST", "/instances", { body })).toMatchObject(problem(400, "CONFIG_INVALID"));
  }
  expect((await call("GET", "/instances/hello")).body).toMatchObject({
    status: "running",
    config: { greeting: "Hello" },
  });
  expect((await call("GET", "/instances")).body).toHaveLength(1);
});

test("what is not there, there twice, or not of the right form is said to be", async () => {
  const { call, runHello } = await setUp();
  const { accountId } = await runHello();
  const create = (more: object) =>
    call("POST", "/instances", { body: { id: "new", pluginId: HELLO, accountId, ...more } });
  expect(await create({ id: "hello" })).toMatchObject(problem(409, "CONFLICT"));
  expect(await create({ pluginId: "org.example.absent" })).toMatchObject(problem(404, "NOT_FOUND"));
  expect(await create({ accountId: "absent" })).toMatchObject(problem(404, "NOT_FOUND"));
  for (const id of ["", "Hello", "../x", "-a", "a".repeat(64)]) {
    expect(await create({ id }), id).toMatchObject({
      ...problem(400, "BAD_REQUEST"),
      body: { fields: [{ path: "/id" }] },
    });
  }
  expect(await create({ more: 1 })).toMatchObject(problem(400, "BAD_REQUEST"));
  expect(await call("PATCH", "/instances/hello", { body: { status: "running" } })).toMatchObject(
    problem(400, "BAD_REQUEST"),
  );
  for (const path of ["", "/logs"]) {
    expect(await call("GET", `/instances/absent${path}`)).toMatchObject(problem(404, "NOT_FOUND"));
  }
  expect(await call("GET", "/nothing")).toMatchObject(problem(404, "NOT_FOUND"));
});

test("a login that is refused, a homeserver that is none, and an address that is none are told apart", async () => {
  const { addAccount, call, bot } = await setUp();
  expect(await addAccount({ accessToken: "wrong" })).toMatchObject(problem(422, "LOGIN_FAILED"));
  expect(await addAccount({ username: "bot", password: "wrong" })).toMatchObject(
    problem(422, "LOGIN_FAILED"),
  );
  expect(await addAccount({ username: "bot" })).toMatchObject(problem(400, "BAD_REQUEST"));
  const elsewhere = (homeserverUrl: string) =>
    call("POST", "/accounts", { body: { homeserverUrl, accessToken: bot.accessToken } });
  expect(await elsewhere("http://127.0.0.1:1")).toMatchObject(problem(502, "HOMESERVER_UNREACHABLE"));
  expect(await elsewhere("http://[")).toMatchObject(problem(400, "BAD_REQUEST"));
  expect(await elsewhere("ftp://a.example")).toMatchObject(problem(400, "BAD_REQUEST"));
});

test("who logs the same user in again renews the login, and the bot goes on", async () => {
  const { addAccount, ada, bot, runHello, answers, call } = await setUp();
  const { roomId, accountId } = await runHello();
  const both = await Promise.all([
    addAccount({ username: "bot", password: bot.password }),
    addAccount({ username: "@bot:test", password: bot.password }),
  ]);
  expect(both.map(({ status, body }) => [status, body.id])).toEqual([
    [201, accountId],
    [201, accountId],
  ]);
  await eventually(
    "the instance to be back",
    async () => (await call("GET", "/instances/hello")).body.status === "running",
  );
  await ada.say(roomId, "!hello");
  await ada.say(roomId, "!help");
  await eventually("both answers", async () => (await answers(roomId)).length >= 2);
  expect(await answers(roomId)).toEqual(["Hello, ada!", expect.stringContaining("!hello")]);
});

test("an invitation from before the login is followed", async () => {
  const { addAccount, ada, bot } = await setUp();
  const roomId = await ada.client.createRoom({ invite: [bot.userId] });
  await addAccount();
  await eventually("the bot to join", async () => (await bot.client.getJoinedRooms()).includes(roomId));
});

test("a plugin that asks for more than it was granted waits for the operator, also after an upgrade", async () => {
  const { call, upload, addAccount } = await setUp();
  const bundle = (version: string, network: string[]) =>
    writeBundle({
      manifest: {
        ...{ id: "org.example.net", version, name: "Net", description: "Net", license: "MIT", rookery: "*" },
        ...{ main: "plugin.js", permissions: { network } },
      },
      code: pluginCode(""),
    });
  expect((await upload(bundle("1.0.0", ["a.example"]))).body).toMatchObject({
    missing: { network: ["a.example"] },
  });
  const { body: account } = await addAccount();
  const body = { id: "net", pluginId: "org.example.net", accountId: account.id };
  expect((await call("POST", "/instances", { body })).body).toMatchObject({
    ...{ status: "blocked", statusReason: expect.stringContaining("to connect to a.example") },
  });
  const grant = (network: string[]) => call("PUT", "/plugins/org.example.net/grants", { body: { network } });
  expect((await grant(["a.example"])).body).toMatchObject({ missing: {} });
  expect((await call("GET", "/instances/net")).body).toMatchObject({ status: "running" });

  const asks = { requested: { network: ["a.example", "b.example"] }, missing: { network: ["b.example"] } };
  const upgraded = await upload(bundle("1.1.0", asks.requested.network));
  expect(upgraded).toMatchObject({
    status: 200,
    body: { version: "1.0.0", missing: {}, waiting: { version: "1.1.0", ...asks } },
  });
  expect((await call("GET", "/instances/net")).body).toMatchObject({ status: "running" });
  expect((await call("GET", "/notices")).body).toMatchObject([{ id: "upgrade-waits:org.example.net" }]);
  expect((await grant(asks.requested.network)).body).toMatchObject({ version: "1.1.0", waiting: null });
  expect((await call("GET", "/instances/net")).body).toMatchObject({ status: "running" });
  expect(await grant(["not a host"])).toMatchObject(problem(400, "BAD_REQUEST"));
});

test("an upgrade that fails says so and is rolled back; one that does not can be taken back by hand", async () => {
  const { call, upload, addAccount } = await setUp();
  const at = "/plugins/org.example.test";
  const bundle = (version: string, setup = "") =>
    writeBundle({
      manifest: {
        ...{ id: "org.example.test", version, name: "Test", description: "Test", license: "MIT" },
        ...{ rookery: "*", main: "plugin.js" },
      },
      code: pluginCode(setup),
    });
  await upload(bundle("1.0.0"));
  const { body: account } = await addAccount();
  const body = { id: "test", pluginId: "org.example.test", accountId: account.id };
  await call("POST", "/instances", { body });

  expect(await upload(bundle("2.0.0", 'throw new Error("no");'))).toMatchObject(
    problem(422, "PLUGIN_START_FAILED"),
  );
  expect((await call("GET", "/plugins")).body).toMatchObject([
    {
      version: "1.0.0",
      rolledBack: { version: "2.0.0", reason: "It did not start: no.", at: expect.stringMatching(/Z$/) },
    },
  ]);
  expect((await call("GET", "/notices")).body).toMatchObject([{ id: "rolled-back:org.example.test" }]);
  expect(await call("DELETE", `${at}/upgrade`)).toMatchObject({ status: 200, body: { rolledBack: null } });
  expect(await call("DELETE", `${at}/upgrade`)).toMatchObject(problem(404, "NOT_FOUND"));
  expect(await call("POST", `${at}/rollback`)).toMatchObject(problem(404, "NOT_FOUND"));

  expect((await upload(bundle("3.0.0"))).body).toMatchObject({
    ...{ version: "3.0.0", watchedUntil: expect.stringMatching(/Z$/) },
    previous: { version: "1.0.0", databases: true },
  });
  expect(await call("POST", `${at}/rollback`)).toMatchObject({
    ...{ status: 200, body: { version: "1.0.0", rolledBack: null, watchedUntil: null } },
  });
  expect((await call("GET", "/instances/test")).body).toMatchObject({ status: "running" });
});

test("a bundle that is none is refused, and one that is too large is not even read", async () => {
  const { call, upload } = await setUp();
  expect(await upload(Buffer.from("no zip"))).toMatchObject(problem(422, "BUNDLE_NOT_ZIP"));
  expect((await upload(Buffer.alloc(11 * 1024 * 1024))).status).toBe(413);
  expect((await call("POST", "/plugins", { body: {} })).status).toBeGreaterThanOrEqual(400);
  expect((await call("GET", "/plugins")).body).toEqual([]);
});

test("no answer ever holds a login's token or a password", async () => {
  const { call, addAccount, bot, runHello, texts } = await setUp();
  await runHello();
  await addAccount({ username: "bot", password: bot.password });
  await addAccount({ username: "bot", password: "a wrong password" });
  await addAccount({ username: "bot", password: bot.password, accessToken: bot.accessToken });
  const paths = [
    "/accounts",
    "/plugins",
    "/instances",
    "/instances/hello",
    "/instances/hello/logs",
    "/notices",
  ];
  for (const path of [...paths, "/openapi.json"]) expect((await call("GET", path)).status, path).toBe(200);
  expect(texts.length).toBeGreaterThan(12);
  for (const secret of [bot.accessToken, bot.password, "a wrong password"]) {
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
});

test("without a session every route is closed but those that open one", async () => {
  const { call, send } = await setUp();
  const { paths } = (await call("GET", "/openapi.json")).body as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, string] => [
      method.toUpperCase(),
      path.replace(/\{\w+\}/g, "hello"),
    ]),
  );
  expect(routes.length).toBeGreaterThan(20);
  const open = [
    "POST /api/v1/session",
    "POST /api/v1/session/one-time",
    "DELETE /api/v1/session",
    "GET /healthz",
    "GET /readyz",
  ];
  for (const [method, path] of [
    ...routes,
    ["GET", "/api/v1/openapi.json"],
    ["GET", "/api/v1/nothing"],
    ["POST", "/api/v1/playground/homeserver/x"],
  ] as const) {
    if (open.includes(`${method} ${path}`)) continue;
    const headers = { cookie: "rookery_session=wrong" };
    expect(await send(method, path, { headers }), `${method} ${path}`).toMatchObject({
      status: 401,
      body: { code: "NOT_SIGNED_IN" },
    });
  }
});
