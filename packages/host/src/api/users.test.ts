import { expect, test } from "vitest";
import { type Call, startTestHost } from "../testing/host.ts";

const password = "correct horse battery";

/** A host whose first admin is signed in, and others who come in by links. */
async function setUp() {
  const { host, call, send, signIn, answers } = await startTestHost();
  await signIn();
  await call("PUT", "/session/password", { body: { name: "ada", password } });

  /** A browser of somebody's: it keeps its cookies. */
  function browser(userAgent = "a browser") {
    const cookies = new Map<string, string>();
    return async (method: string, path: string, body?: unknown) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { cookie, "user-agent": userAgent };
      const answer = await send(method, `/api/v1${path}`, { headers, ...(body ? { body } : {}) });
      for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
        const [name = "", value = ""] = set.split(";")[0]?.split("=") ?? [];
        cookies.set(name, value);
      }
      return answer;
    };
  }

  async function invite(name: string, role: string) {
    const { body } = await call("POST", "/users", { body: { name, role } });
    const open = browser();
    await open("POST", "/session/one-time", { token: body.link.path.split("#token=")[1] });
    return open;
  }

  return {
    ...{ host, call, send, answers, browser, invite },
    withToken:
      (token: string) =>
      (method: string, path: string, more: Call = {}) =>
        send(method, `/api/v1${path}`, {
          ...more,
          headers: { authorization: `Bearer ${token}`, ...more.headers },
        }),
  };
}

test("an admin adds a colleague, who opens the link, sets a password, and does what the role allows", async () => {
  const { call, browser } = await setUp();
  const added = await call("POST", "/users", { body: { name: "bob", role: "viewer" } });
  expect(added).toMatchObject({
    ...{ status: 201, body: { name: "bob", role: "viewer", disabled: false, hasPassword: false } },
  });
  const { path } = added.body.link;
  expect(path).toMatch(/^\/welcome#token=[\w-]{43}$/);

  const bob = browser();
  const token = path.split("#token=")[1];
  const entered = await bob("POST", "/session/one-time", { token });
  expect(entered.body).toMatchObject({ user: { name: "bob", role: "viewer" }, mustSetPassword: true });
  await bob("PUT", "/session/password", { name: "bob", password });
  expect((await browser()("POST", "/session/one-time", { token })).status).toBe(401);

  const again = browser();
  expect((await again("POST", "/session", { name: "bob", password })).status).toBe(200);
  expect((await again("GET", "/instances")).status).toBe(200);
  expect(await again("POST", "/instances/absent/stop")).toMatchObject({
    ...{ status: 403, body: { code: "FORBIDDEN", detail: expect.stringContaining("the role deployer") } },
  });
  await call("PATCH", "/users/bob", { body: { role: "deployer" } });
  expect((await again("POST", "/instances/absent/stop")).status).toBe(404);
  expect((await again("GET", "/users")).status).toBe(403);

  await call("PATCH", "/users/bob", { body: { disabled: true } });
  expect((await again("GET", "/instances")).status).toBe(401);
  expect((await again("POST", "/session", { name: "bob", password })).status).toBe(401);
  await call("PATCH", "/users/bob", { body: { disabled: false } });
  expect((await again("POST", "/session", { name: "bob", password })).status).toBe(200);

  expect((await call("DELETE", "/users/bob")).status).toBe(204);
  expect((await again("GET", "/instances")).status).toBe(401);
  expect((await call("GET", "/users")).body).toMatchObject([{ name: "ada", role: "admin" }]);
  for (const [method, body] of [
    ["DELETE"],
    ["PATCH", { role: "viewer" }],
    ["PATCH", { disabled: true }],
  ] as const) {
    const answer = await call(method, "/users/ada", body ? { body } : {});
    expect(answer).toMatchObject({ status: 409, body: { code: "LAST_ADMIN" } });
  }
});

test("sessions are listed with where they were opened, and ended one by one or all others at once", async () => {
  const { browser, send } = await setUp();
  const [laptop, phone, library] = [browser("laptop"), browser("phone"), browser("library")];
  for (const open of [laptop, phone, library]) await open("POST", "/session", { name: "ada", password });
  const { body: listed } = await laptop("GET", "/sessions");
  const mine = listed.filter(({ userAgent }: { userAgent: string | null }) => userAgent !== null);
  expect(
    mine.map((one: { userAgent: string; current: boolean }) => [one.userAgent, one.current]).sort(),
  ).toEqual([
    ...[
      ["laptop", true],
      ["library", false],
      ["phone", false],
    ],
  ]);
  for (const { createdAt, lastUsedAt } of mine) expect(createdAt <= lastUsedAt).toBe(true);

  const { id } = mine.find(({ userAgent }: { userAgent: string }) => userAgent === "library");
  expect((await phone("DELETE", `/sessions/${id}`)).status).toBe(204);
  expect((await library("GET", "/instances")).status).toBe(401);
  expect((await phone("DELETE", `/sessions/${id}`)).status).toBe(404);

  expect((await laptop("DELETE", "/sessions")).status).toBe(204);
  expect((await phone("GET", "/instances")).status).toBe(401);
  expect((await laptop("GET", "/sessions")).body).toHaveLength(1);
  expect((await send("GET", "/api/v1/sessions")).status).toBe(401);
});

test("nobody sees or ends another's sessions and tokens, but an admin", async () => {
  const { call, invite } = await setUp();
  const bob = await invite("bob", "deployer");
  const { id: sessionId } = (await call("GET", "/sessions")).body[0];
  const { body: token } = await call("POST", "/tokens", { body: { name: "ci", role: "admin", days: 1 } });
  expect((await bob("DELETE", `/sessions/${sessionId}`)).status).toBe(404);
  expect((await bob("DELETE", `/tokens/${token.id}`)).status).toBe(404);
  expect((await bob("GET", "/users/ada/sessions")).status).toBe(403);

  const { body: his } = await bob("POST", "/tokens", { name: "his", role: "viewer", days: 1 });
  expect((await call("GET", "/users/bob/tokens")).body).toMatchObject([{ id: his.id, name: "his" }]);
  expect((await call("DELETE", `/users/bob/tokens/${his.id}`)).status).toBe(204);
  expect((await bob("GET", "/tokens")).body).toEqual([]);
  expect((await call("GET", "/users/bob/sessions")).body).toHaveLength(1);
  expect((await call("DELETE", "/users/bob/sessions")).status).toBe(204);
  expect((await bob("GET", "/tokens")).status).toBe(401);
});

test("a script does with its token what the token's role allows, from anywhere, until it is revoked", async () => {
  const { call, withToken, answers } = await setUp();
  const created = await call("POST", "/tokens", { body: { name: "ci", role: "deployer", days: 30 } });
  expect(created).toMatchObject({ status: 201, body: { name: "ci", role: "deployer", lastUsedAt: null } });
  const { id, token } = created.body;
  const script = withToken(token);
  expect((await script("GET", "/session")).body).toMatchObject({ user: { name: "ada", role: "deployer" } });
  expect(
    (await script("GET", "/instances", { headers: { origin: "https://elsewhere.example" } })).status,
  ).toBe(200);
  expect((await script("GET", "/instances", { headers: { host: "elsewhere.example" } })).status).toBe(403);
  expect((await script("POST", "/instances/absent/stop")).status).toBe(404);
  expect((await script("GET", "/users")).body.detail).toContain('the token "ci" may act as deployer only');
  // It cannot make itself last.
  const more = await script("POST", "/tokens", { body: { name: "more", role: "viewer", days: 365 } });
  expect(more).toMatchObject({ status: 403, body: { detail: expect.stringContaining("does not do here") } });

  expect((await call("GET", "/tokens")).body).toMatchObject([{ id, lastUsedAt: expect.any(String) }]);
  expect(answers.filter((text) => text.includes(token))).toHaveLength(1);
  expect((await call("DELETE", `/tokens/${id}`)).status).toBe(204);
  expect(await script("GET", "/instances")).toMatchObject({
    ...{ status: 401, body: { code: "NOT_SIGNED_IN", detail: expect.stringContaining("was revoked") } },
  });
});

test("beside a token that is none, a session counts for nothing", async () => {
  const { call } = await setUp();
  for (const token of ["rookery_made-up", "anything"]) {
    const answer = await call("GET", "/instances", { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, token).toBe(401);
  }
  // What a reverse proxy asked for is none of our business.
  expect((await call("GET", "/instances", { headers: { authorization: "Basic YTpi" } })).status).toBe(200);
});

test.each([
  ["/tokens", { name: "ci", role: "viewer" }, "/days"],
  ["/tokens", { name: "ci", role: "viewer", days: 366 }, "/days"],
  ["/tokens", { name: "ci", role: "owner", days: 1 }, "/role"],
  ["/users", { name: "a b", role: "viewer" }, "/name"],
  ["/users", { name: "bob" }, "/role"],
])("POST %s with %j names what does not fit", async (path, body, field) => {
  const { call, signIn } = await startTestHost();
  await signIn();
  const answer = await call("POST", path, { body });
  expect(answer).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
  expect(JSON.stringify(answer.body)).toContain(field.slice(1));
});

test("the password of now is asked for before it is changed", async () => {
  const { call } = await setUp();
  const change = { name: "ada", password: "another horse battery" };
  for (const body of [change, { ...change, currentPassword: "wrong" }]) {
    expect(await call("PUT", "/session/password", { body })).toMatchObject({
      ...{ status: 403, body: { code: "FORBIDDEN", fields: [{ path: "/currentPassword" }] } },
    });
  }
  const body = { ...change, currentPassword: password };
  expect((await call("PUT", "/session/password", { body })).status).toBe(200);
});
