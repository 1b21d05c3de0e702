import { expect, test } from "vitest";
import { register, request, startTestHomeserver } from "../testing/homeserver.ts";

test("an unknown endpoint is answered with 404 M_UNRECOGNIZED, a wrong method with 405", async () => {
  const { url } = await startTestHomeserver();
  const unknown = await request(url, "GET", "/_matrix/client/v3/nowhere");
  expect([unknown.status, unknown.body.errcode]).toEqual([404, "M_UNRECOGNIZED"]);
  const wrong = await request(url, "DELETE", "/_matrix/client/versions");
  expect([wrong.status, wrong.body.errcode]).toEqual([405, "M_UNRECOGNIZED"]);
});

test("a missing and an unknown token are told apart", async () => {
  const { url } = await startTestHomeserver();
  const path = "/_matrix/client/v3/account/whoami";
  const missing = await request(url, "GET", path);
  expect([missing.status, missing.body.errcode]).toEqual([401, "M_MISSING_TOKEN"]);
  const unknown = await request(url, "GET", path, undefined, "nonsense");
  expect([unknown.status, unknown.body.errcode]).toEqual([401, "M_UNKNOWN_TOKEN"]);
});

test("a body that is not JSON, not of the right shape, or too large is refused by name", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  expect((await alice.post("/createRoom", "{")).body.errcode).toBe("M_NOT_JSON");
  expect((await alice.post("/createRoom", { invite: "bob" })).body).toMatchObject({
    errcode: "M_BAD_JSON",
    error: expect.stringContaining("/invite"),
  });
  const large = await alice.post("/createRoom", { name: "x".repeat(2 ** 20) });
  expect([large.status, large.body.errcode]).toEqual([413, "M_TOO_LARGE"]);
});

test("browsers of any origin may call: preflights and errors carry CORS headers", async () => {
  const { url } = await startTestHomeserver();
  const preflight = await fetch(`${url}/_matrix/client/v3/sync`, { method: "OPTIONS" });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
  const { headers } = await request(url, "GET", "/_matrix/client/v3/sync");
  expect(headers.get("access-control-allow-origin")).toBe("*");
});

test("paths from before Matrix 1.1 (r0) still answer", async () => {
  const { url } = await startTestHomeserver();
  expect((await request(url, "GET", "/_matrix/client/r0/login")).body.flows).toEqual([
    { type: "m.login.password" },
  ]);
});

test("versions, discovery, capabilities and push rules are what clients look for at start", async () => {
  const homeserver = await startTestHomeserver();
  const alice = await register(homeserver, "alice");
  expect((await request(homeserver.url, "GET", "/_matrix/client/versions")).body.versions).toContain("v1.11");
  const discovery = await request(homeserver.url, "GET", "/.well-known/matrix/client");
  expect(discovery.body["m.homeserver"].base_url).toBe(homeserver.url);
  expect((await alice.get("/capabilities")).body.capabilities["m.room_versions"].default).toBe("11");
  expect((await alice.get("/pushrules/")).body.global).toHaveProperty("underride");
});
