import { readFileSync } from "node:fs";
import { request as send } from "node:http";
import { expect, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { type Call, helloBundle, startTestHost } from "../testing/host.ts";
import { startHttpServer } from "../testing/http-server.ts";

let count = 0;
const newKey = () => ({ "idempotency-key": `key-of-this-test-${count++}` });

async function setUp() {
  const operator = await startTestHost();
  const cookie = String((await operator.signIn()).headers["set-cookie"]).split(";")[0] ?? "";
  const { call } = operator;
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  /** What makes one of each, in an order in which it can be made. */
  const bundle = { type: "application/octet-stream", bytes: readFileSync(helloBundle()) };
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const creations: [string, () => Promise<Call>][] = [
    ["/plugins", async () => bundle],
    ["/accounts", async () => ({ body: login })],
    [
      "/instances",
      async () => {
        const { body: accounts } = await call("GET", "/accounts");
        return { body: { id: "one", pluginId: "org.rookery.hello", accountId: accounts[0].id } };
      },
    ],
    ["/users", async () => ({ body: { name: "bob", role: "viewer" } })],
    ["/tokens", async () => ({ body: { name: "ci", role: "viewer", days: 1 } })],
  ];
  return { ...operator, cookie, homeserver, bot, creations };
}

test("a creation that is sent again is answered as before, and creates and writes down nothing", async () => {
  const { call, creations } = await setUp();
  for (const [path, bodyOf] of creations) {
    const more = { ...(await bodyOf()), headers: newKey() };
    const first = await call("POST", path, more);
    expect([path, first.status, first.headers["idempotency-replayed"]]).toEqual([path, 201, undefined]);
    const again = await call("POST", path, more);
    expect([path, again.status, again.text]).toEqual([path, 201, first.text]);
    expect(again.headers).toMatchObject({
      "idempotency-replayed": "true",
      "content-type": first.headers["content-type"],
    });
    expect(again.headers.etag).toBe(first.headers.etag);
  }
  const entries = (await call("GET", "/audit-log?limit=200")).body as { action: string }[];
  const made = entries.filter(({ action }) => /\.(install|add|create)$/.test(action));
  expect(made.map(({ action }) => action).toSorted()).toEqual([
    ...["account.add", "instance.create", "plugin.install", "token.create", "user.add"],
  ]);
});

test("an answer with a secret is given again as well, and is in no file", async () => {
  const { call, send: sendBare, dataDir } = await setUp();
  const more = { body: { name: "ci", role: "viewer", days: 1 }, headers: newKey() };
  const { token } = (await call("POST", "/tokens", more)).body;
  expect((await call("POST", "/tokens", more)).body.token).toBe(token);
  const headers = { authorization: `Bearer ${token}` };
  expect((await sendBare("GET", "/api/v1/session", { headers })).status).toBe(200);
  for (const file of ["rookery.db", "rookery.db-wal"]) {
    expect(readFileSync(`${dataDir}/${file}`).includes(token)).toBe(false);
  }
});

test("those that come at the same time are one", async () => {
  const { call } = await setUp();
  const more = { body: { name: "ci", role: "viewer", days: 1 }, headers: newKey() };
  const answers = await Promise.all(Array.from({ length: 5 }, () => call("POST", "/tokens", more)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers["idempotency-replayed"] === undefined)).toHaveLength(1);
});

test("another request under the same key is refused, and so is what is no key", async () => {
  const { call } = await setUp();
  const headers = newKey();
  await call("POST", "/users", { body: { name: "bob", role: "viewer" }, headers });
  for (const [path, body] of [
    ["/users", { name: "eve", role: "viewer" }],
    ["/tokens", { name: "ci", role: "viewer", days: 1 }],
  ] as const) {
    expect(await call("POST", path, { body, headers })).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
  }
  for (const key of ["short", "with a space in it", "x".repeat(129)]) {
    const more = { body: { name: "eve", role: "viewer" }, headers: { "idempotency-key": key } };
    expect(await call("POST", "/users", more)).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
  }
  expect((await call("GET", "/users")).body.map(({ name }: { name: string }) => name)).not.toContain("eve");
});

test("what was refused leaves its key free", async () => {
  const { call } = await setUp();
  const headers = newKey();
  const add = (name: string) => call("POST", "/users", { body: { name, role: "viewer" }, headers });
  expect((await add("not a name")).status).toBe(400);
  expect((await add("admin")).status).toBe(409);
  expect((await add("bob")).status).toBe(201);
  expect((await add("bob")).headers["idempotency-replayed"]).toBe("true");
});

test("a role that is not enough gets no answer of before", async () => {
  const { call, send: sendBare } = await setUp();
  const more = { body: { name: "bob", role: "viewer" }, headers: newKey() };
  await call("POST", "/users", more);
  const { token } = (await call("POST", "/tokens", { body: { name: "ci", role: "viewer", days: 1 } })).body;
  const headers = { ...more.headers, authorization: `Bearer ${token}` };
  expect((await sendBare("POST", "/api/v1/users", { ...more, headers })).status).toBe(403);
});

test("it holds across a restart of the host", async () => {
  const { call, cookie, dataDir, close } = await setUp();
  const more = { body: { name: "ci", role: "viewer", days: 1 }, headers: newKey() };
  const first = await call("POST", "/tokens", more);
  await close();
  const next = await startTestHost({ dataDir });
  const again = await next.send("POST", "/api/v1/tokens", { ...more, headers: { ...more.headers, cookie } });
  expect([again.status, again.text]).toEqual([201, first.text]);
});

test("who hung up before the answer came gets it with the next try", async () => {
  const { call, cookie, host, homeserver, bot } = await setUp();
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = await startHttpServer(async ({ method, url, headers: { authorization = "" } }, response) => {
    asked.resolve();
    await goOn.promise;
    const answer = await fetch(homeserver.url + url, { method: method ?? "GET", headers: { authorization } });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const body = { homeserverUrl: slow.url, accessToken: bot.accessToken };
  const headers = newKey();
  const first = send(`${host.url}/api/v1/accounts`, {
    method: "POST",
    headers: { ...headers, cookie, "content-type": "application/json" },
  });
  first.on("error", () => undefined).end(JSON.stringify(body));
  await asked.promise;
  first.destroy();
  const again = call("POST", "/accounts", { body, headers });
  goOn.resolve();
  const { status, headers: answered } = await again;
  expect([status, answered["idempotency-replayed"]]).toEqual([201, "true"]);
});
