import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { type Answer, helloBundle, startTestHost } from "../testing/host.ts";

interface Entry {
  id: number;
  action: string;
  target: string | null;
  before: object | null;
  after: object | null;
}

async function setUp() {
  const operator = await startTestHost();
  await operator.signIn();
  const { call } = operator;
  const page = async (query = "") => (await call("GET", `/audit-log${query}`)).body;
  return {
    ...operator,
    page,
    nextPage: ({ headers }: Answer) =>
      call("GET", (/^<\/api\/v1(.*)>; rel="next"$/.exec(String(headers.link)) ?? [])[1] ?? "/no-next-page"),
    /** What was done since the first sign-in, the oldest first. */
    deeds: async () =>
      ((await page("?limit=200")) as Entry[])
        .map(({ action, target, before, after }) => ({ action, target, before, after }))
        .reverse()
        .slice(1),
  };
}

test("every change is written down: who, what, how it was and is, when and from where", async () => {
  const { call, page, deeds } = await setUp();
  const homeserver = await startTestHomeserver();
  const http = createTestHttp();
  const bot = await register(homeserver, http, "bot");
  const bytes = readFileSync(helloBundle());
  await call("POST", "/plugins", { type: "application/octet-stream", bytes });
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  const about = { id: "one", pluginId: "org.rookery.hello", accountId: account.id };
  const { body: plugin } = await call("GET", "/plugins");
  await call("POST", "/instances", {
    body: { ...about, pluginId: plugin[0].id, config: { greeting: "Hi" } },
  });
  await call("PATCH", "/instances/one", { body: { config: { greeting: "Ho" } } });
  await call("POST", "/instances/one/stop");
  await call("POST", "/instances/one/restart");
  // Refused, and so no change.
  await call("PATCH", "/instances/one", { body: { config: { greeting: 5 } } });
  await call("DELETE", `/accounts/${account.id}`);
  await call("DELETE", "/instances/one");
  await call("DELETE", `/accounts/${account.id}`);
  await call("DELETE", `/plugins/${plugin[0].id}`);

  const found = await deeds();
  expect(found).toMatchObject([
    { action: "plugin.install", target: plugin[0].id, before: null, after: { sha256: plugin[0].sha256 } },
    { action: "account.add", target: account.id, before: null, after: { userId: bot.userId } },
    { action: "instance.create", target: "one", before: null, after: { config: { greeting: "Hi" } } },
    {
      action: "instance.change",
      before: { config: { greeting: "Hi" } },
      after: { config: { greeting: "Ho" } },
    },
    { action: "instance.stop", target: "one", before: { enabled: true }, after: { enabled: false } },
    { action: "instance.restart", target: "one", before: null, after: null },
    { action: "instance.remove", target: "one", before: { enabled: false }, after: null },
    { action: "account.remove", target: account.id, before: { userId: bot.userId }, after: null },
    { action: "plugin.remove", target: plugin[0].id, before: { version: plugin[0].version }, after: null },
  ]);
  // Only what differs.
  expect(found[4]).toEqual({
    ...{ action: "instance.stop", target: "one", before: { enabled: true }, after: { enabled: false } },
  });
  const entries = await page("?limit=1");
  const { body: sessions } = await call("GET", "/sessions");
  expect(entries).toMatchObject([
    { user: "admin", session: sessions[0].id, token: null, address: "127.0.0.1", error: null },
  ]);
  expect(Math.abs(Date.now() - Date.parse(entries[0].at))).toBeLessThan(60_000);
});

test("users, tokens and sessions are in it as well, whoever did it", async () => {
  const { call, send, deeds, page } = await setUp();
  await call("PUT", "/session/password", { body: { name: "ada", password: "correct horse" } });
  await call("POST", "/users", { body: { name: "bob", role: "viewer" } });
  await call("PATCH", "/users/bob", { body: { role: "deployer" } });
  await call("POST", "/users/bob/link");
  const { body: token } = await call("POST", "/tokens", { body: { name: "ci", role: "admin", days: 1 } });
  const headers = { authorization: `Bearer ${token.token}`, "user-agent": "a script" };
  await send("DELETE", "/api/v1/users/bob", { headers });
  await send("POST", "/api/v1/session", { body: { name: "ada", password: "wrong" } });
  await call("DELETE", `/tokens/${token.id}`);
  const of = { user: "ada", name: "ci", role: "admin" };
  expect(await deeds()).toMatchObject([
    { action: "user.set-password", target: "admin", before: { name: "admin" }, after: { name: "ada" } },
    { action: "user.add", target: "bob", before: null, after: { role: "viewer", disabled: false } },
    { action: "user.change", target: "bob", before: { role: "viewer" }, after: { role: "deployer" } },
    { action: "user.link", target: "bob", before: null, after: null },
    { action: "token.create", target: token.id, before: null, after: of },
    { action: "user.remove", target: "bob", before: { role: "deployer" }, after: null },
    { action: "session.begin", target: "ada", before: null, after: null },
    { action: "token.remove", target: token.id, before: of, after: null },
  ]);
  expect(await page("?action=user.remove")).toMatchObject([
    { user: "ada", session: null, token: { id: token.id, name: "ci" }, userAgent: "a script" },
  ]);
  expect(await page("?action=session.begin&limit=1")).toMatchObject([
    { user: null, error: "SIGN_IN_FAILED" },
  ]);
});

test("it is read page by page, of one user, too", async () => {
  const { call, page, nextPage } = await setUp();
  for (let i = 0; i < 5; i++) await call("POST", "/users", { body: { name: `u${i}`, role: "viewer" } });
  const first = await call("GET", "/audit-log?limit=4");
  expect(first.body.map(({ target }: Entry) => target)).toEqual(["u4", "u3", "u2", "u1"]);
  const last = await nextPage(first);
  expect(last.body.map(({ target }: Entry) => target)).toEqual(["u0", "admin"]);
  expect(last.headers.link).toBeUndefined();
  const own = await call("GET", "/audit-log?user=admin&action=user.add&limit=3");
  const rest = await nextPage(own);
  expect([own, rest].map(({ body }) => body.length)).toEqual([3, 2]);
  expect(await page("?user=nobody")).toEqual([]);
  expect(await page("?user=admin&limit=200")).toHaveLength(6);
  for (const query of ["?limit=0", "?limit=501", "?cursor=x", "?more=1"]) {
    expect((await call("GET", `/audit-log${query}`)).status, query).toBe(400);
  }
});

test("nothing secret is in it", async () => {
  const { call, signIn: _, page } = await setUp();
  await call("PUT", "/session/password", { body: { name: "ada", password: "correct horse" } });
  const { body: user } = await call("POST", "/users", { body: { name: "bob", role: "viewer" } });
  const { body: token } = await call("POST", "/tokens", { body: { name: "ci", role: "viewer", days: 1 } });
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  await call("POST", "/accounts", { body: login });
  const text = JSON.stringify(await page("?limit=200"));
  expect(text).toContain("account.add");
  const secrets = ["correct horse", user.link.path.split("=")[1], token.token, bot.accessToken];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test("what is older than auditDays is forgotten when the host starts", async () => {
  const { dataDir, close } = await setUp();
  await close();
  const db = new Database(join(dataDir, "rookery.db"));
  onTestFinished(() => void db.close());
  const add = db.prepare("INSERT INTO audit_log (at, action, target) VALUES (?, 'user.add', ?)");
  for (const days of [99, 101]) add.run(Date.now() - days * 24 * 60 * 60_000, String(days));
  await startTestHost({ dataDir, settings: { auditDays: 100 } });
  const kept = db.prepare("SELECT target FROM audit_log WHERE action = 'user.add'").pluck().all();
  expect(kept).toEqual(["99"]);
});
