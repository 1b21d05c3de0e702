import { expect, test } from "vitest";
import { startTestHost } from "../testing/host.ts";

const password = "correct horse battery";

test("from the printed link to a password, and in again with it", async () => {
  const { host, call, send, signIn } = await startTestHost();
  expect(await send("GET", "/api/v1/session")).toMatchObject({
    ...{ status: 401, body: { code: "NOT_SIGNED_IN" }, headers: { "www-authenticate": "Bearer" } },
  });

  const first = await signIn();
  expect(first).toMatchObject({
    status: 200,
    body: { user: { name: "admin", role: "admin" }, mustSetPassword: true },
  });
  const token = new URL(host.signInLink ?? "").hash.slice("#token=".length);
  expect(await send("POST", "/api/v1/session/one-time", { body: { token } })).toMatchObject({ status: 401 });

  expect(await call("PUT", "/session/password", { body: { name: "ada", password } })).toMatchObject({
    ...{ status: 200, body: { user: { name: "ada" }, mustSetPassword: false } },
  });
  const again = await send("POST", "/api/v1/session", { body: { name: "ada", password } });
  expect(again).toMatchObject({ status: 200, body: { user: { name: "ada" } } });
  expect(await send("POST", "/api/v1/session", { body: { name: "ada", password: "wrong" } })).toMatchObject({
    ...{ status: 401, body: { code: "SIGN_IN_FAILED", detail: "The name or the password is wrong." } },
  });
});

test("the cookie is out of scripts' reach, and goes to this site only", async () => {
  const { signIn } = await startTestHost();
  const cookie = String((await signIn()).headers["set-cookie"]);
  for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) expect(cookie).toContain(part);
});

test("who has signed out is a stranger again", async () => {
  const { call, signIn } = await startTestHost();
  await signIn();
  expect((await call("GET", "/instances")).status).toBe(200);
  expect(await call("DELETE", "/session")).toMatchObject({ status: 204, text: "" });
  expect((await call("GET", "/instances")).status).toBe(401);
});

test("a session outlives a restart, and with a password no link is printed", async () => {
  const before = await startTestHost();
  await before.signIn();
  await before.call("PUT", "/session/password", { body: { name: "ada", password } });
  await before.close();
  const { host, send } = await startTestHost({ dataDir: before.dataDir });
  expect(host.signInLink).toBeNull();
  expect((await send("POST", "/api/v1/session", { body: { name: "ada", password } })).status).toBe(200);
});

test("guessing is slowed down", async () => {
  const { send } = await startTestHost();
  const guess = () => send("POST", "/api/v1/session/one-time", { body: { token: "x".repeat(43) } });
  const statuses: number[] = [];
  for (let i = 0; i < 11; i++) statuses.push((await guess()).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
  const answer = await guess();
  expect(answer.body).toMatchObject({ code: "TOO_MANY_REQUESTS", detail: expect.stringContaining("Wait") });
  expect(answer.headers["retry-after"]).toBe("1");
});

test.each([
  ["POST", "/session", { name: "ada" }, ""],
  ["POST", "/session", { name: "ada", password: "x", more: 1 }, "/more"],
  ["POST", "/session/one-time", { token: 5 }, "/token"],
])("%s %s with a body that does not fit names what does not", async (method, path, body, field) => {
  const { send } = await startTestHost();
  const answer = await send(method, `/api/v1${path}`, { body });
  expect(answer).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
  expect(answer.headers["content-type"]).toContain("application/problem+json");
  expect(JSON.stringify(answer.body.fields)).toContain(field);
});

test("a password that is too short is refused, and so is a body that is no JSON", async () => {
  const { call, signIn } = await startTestHost();
  await signIn();
  const short = await call("PUT", "/session/password", { body: { name: "ada", password: "short" } });
  expect(short).toMatchObject({ status: 400, body: { fields: [{ path: "/password" }] } });
  const broken = await call("PUT", "/session/password", { bytes: Buffer.from("{") });
  expect(broken).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
});
