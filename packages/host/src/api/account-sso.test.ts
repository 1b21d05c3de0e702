import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { expect, test } from "vitest";
import { startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

/** A browser follows a host's answer to the homeserver, and would now be sent on to this address. */
async function signedOn(url: string): Promise<URL> {
  const { statusCode, headers, body } = await request(url);
  await body.dump();
  expect(statusCode).toBe(302);
  return new URL(String(headers.location));
}

const broughtBy = ({ searchParams }: URL) => ({
  state: searchParams.get("state") ?? "",
  loginToken: searchParams.get("loginToken") ?? "",
});

async function setUp() {
  const homeserver = await startTestHomeserver({ singleSignOn: { user: "bot" } });
  const operator = await startTestHost();
  await operator.signIn();
  const begin = (body = {}, headers = {}) =>
    operator.call("POST", "/accounts/sso", {
      body: { homeserverUrl: homeserver.url, ...body },
      headers,
    });
  const finish = (body: object, headers = {}) =>
    operator.call("POST", "/accounts/sso/callback", { body, headers });
  return { ...operator, homeserver, begin, finish };
}

test("an account is logged in by single sign-on, once, and no token of it is kept or told", async () => {
  const { homeserver, host, call, send, begin, finish, answers, dataDir } = await setUp();
  const begun = await begin();
  expect(begun.status).toBe(200);
  const minutes = (Date.parse(begun.body.expiresAt) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(9);
  expect(minutes).toBeLessThanOrEqual(10);
  const back = await signedOn(begun.body.url);
  expect([back.origin, back.pathname]).toEqual([host.url, "/accounts/sso"]);
  // The browser brings no cookie there, and gets the page, which passes no address on.
  const site = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  const page = await send("GET", back.pathname + back.search, { headers: site });
  expect(page.text).toContain("<!doctype html>");
  expect(page.headers["referrer-policy"]).toBe("no-referrer");

  const brought = broughtBy(back);
  const added = await finish(brought);
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({ userId: "@bot:test", homeserverUrl: homeserver.url });
  expect((await finish(brought)).body.code).toBe("SSO_EXPIRED");

  const { body: log } = await call("GET", "/audit-log?action=account.add");
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({ target: added.body.id, after: { userId: "@bot:test" } });
  const stored = ["rookery.db", "rookery.db-wal"].map((name) => readFileSync(join(dataDir, name), "latin1"));
  for (const text of [...answers, ...stored]) {
    expect(text).not.toContain(brought.loginToken);
    expect(text).not.toContain("dev_");
  }
});

test("the browser is sent back to where it has the page open, whatever the host's own port is", async () => {
  const { begin } = await setUp();
  const headers = { host: "localhost:4000", origin: "http://localhost:4000" };
  const { origin } = await signedOn((await begin({}, headers)).body.url);
  expect(origin).toBe("http://localhost:4000");
  const behindProxy = { host: "127.0.0.1:4001", origin: "https://127.0.0.1:4001" };
  expect((await signedOn((await begin({}, behindProxy)).body.url)).origin).toBe("https://127.0.0.1:4001");
  const elsewhere = { origin: "https://evil.example" };
  expect((await begin({}, elsewhere)).body.code).toBe("ORIGIN_REFUSED");
});

test("nobody else's session can finish it, nor have it finished in another's", async () => {
  const { send, call, begin, finish } = await setUp();
  const { body: users } = await call("POST", "/users", { body: { name: "mallory", role: "admin" } });
  const token = users.link.path.split("#token=")[1];
  const admitted = await send("POST", "/api/v1/session/one-time", { body: { token } });
  const mallory = { cookie: String(admitted.headers["set-cookie"]).split(";")[0] ?? "" };

  // Mallory logs in as a user of their own, and has the operator's browser open where that ends.
  const theirs = await signedOn((await begin({}, mallory)).body.url);
  expect((await finish(broughtBy(theirs))).body.code).toBe("SSO_OTHER_SESSION");
  // It is used up, also for who began.
  expect((await finish(broughtBy(theirs), mallory)).body.code).toBe("SSO_EXPIRED");
  const made = { ...broughtBy(theirs), state: "made-up" };
  expect((await finish(made)).body).toMatchObject({
    code: "SSO_EXPIRED",
    detail: expect.stringContaining("Begin again"),
  });
  expect((await call("GET", "/accounts")).body).toEqual([]);
});

test("an API token can neither begin nor finish it", async () => {
  const { call, begin, finish } = await setUp();
  const { body } = await call("POST", "/tokens", { body: { name: "script", role: "admin", days: 1 } });
  const headers = { cookie: "", authorization: `Bearer ${body.token}` };
  expect((await begin({}, headers)).body.code).toBe("FORBIDDEN");
  expect((await finish({ state: "x", loginToken: "y" }, headers)).body.code).toBe("FORBIDDEN");
});

test("what the homeserver does not offer is said, with what it does", async () => {
  const { begin } = await setUp();
  const provider = await begin({ identityProvider: "github" });
  expect(provider.body).toMatchObject({
    code: "SSO_NOT_OFFERED",
    detail: expect.stringMatching(/no identity provider "github".*offers dev\./),
  });
  expect((await signedOn((await begin({ identityProvider: "dev" })).body.url)).pathname).toBe(
    "/accounts/sso",
  );
  const plain = await startTestHomeserver();
  expect((await begin({ homeserverUrl: plain.url })).body).toMatchObject({
    code: "SSO_NOT_OFFERED",
    detail: expect.stringMatching(/no single sign-on.*m\.login\.password/),
  });
});

test("a login token that the homeserver refuses is said to be refused, and not repeated", async () => {
  const { begin, finish } = await setUp();
  const { state } = broughtBy(await signedOn((await begin()).body.url));
  const refused = await finish({ state, loginToken: "a-guessed-token" });
  expect(refused.body).toMatchObject({
    code: "LOGIN_FAILED",
    detail: expect.stringContaining("M_FORBIDDEN"),
  });
  expect(refused.text).not.toContain("a-guessed-token");
});
