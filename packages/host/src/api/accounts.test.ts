import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost } from "../testing/host.ts";

const TOKEN = "the-registration-token";

async function setUp() {
  const homeserver = await startTestHomeserver({ registration: { tokens: [TOKEN] } });
  const { call, signIn, answers, dataDir } = await startTestHost();
  await signIn();
  return { homeserver, call, answers, dataDir };
}

test("an account is registered by a token, once, and neither the token nor the password is kept", async () => {
  const { homeserver, call, answers, dataDir } = await setUp();
  const found = await call("GET", `/homeserver?address=${encodeURIComponent(homeserver.url)}`);
  expect(found.body).toMatchObject({ homeserverUrl: homeserver.url, registration: "token" });

  const body = {
    ...{ homeserverUrl: homeserver.url, username: "bot" },
    ...{ registrationToken: TOKEN, password: "correct horse battery" },
  };
  const headers = { "idempotency-key": "0123456789abcdef" };
  const added = await call("POST", "/accounts", { body, headers });
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({ userId: "@bot:test", homeserverUrl: homeserver.url });
  expect((await call("POST", "/accounts", { body, headers })).body.id).toBe(added.body.id);
  expect((await call("POST", "/accounts", { body })).body).toMatchObject({
    code: "REGISTRATION_FAILED",
    detail: expect.stringContaining("M_USER_IN_USE"),
  });

  const log = await call("GET", "/audit-log?action=account.add");
  expect(log.body[0]).toMatchObject({ target: added.body.id, after: { userId: "@bot:test" } });
  const stored = ["rookery.db", "rookery.db-wal"].map((name) => readFileSync(join(dataDir, name), "latin1"));
  for (const text of [...answers, ...stored]) {
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(body.password);
  }
});

test("a homeserver that is none is said to be none, by the field or by what was looked at", async () => {
  const { call } = await setUp();
  const login = { username: "bot", password: "secret" };
  const form = await call("POST", "/accounts", { body: { homeserverUrl: "not an address", ...login } });
  expect(form.body.code).toBe("BAD_REQUEST");
  expect(form.body.fields.length).toBeGreaterThan(0);
  const none = await call("GET", "/homeserver?address=nobody.invalid");
  expect(none.body).toMatchObject({
    code: "HOMESERVER_NOT_FOUND",
    detail: expect.stringContaining("https://nobody.invalid"),
  });
  expect((await call("GET", "/homeserver")).status).toBe(400);
});
