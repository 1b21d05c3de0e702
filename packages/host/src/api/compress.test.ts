import { gunzipSync } from "node:zlib";
import Fastify from "fastify";
import { expect, test } from "vitest";
import { compressLists } from "./compress.ts";

const MANY = Array.from({ length: 200 }, (_, id) => ({ id, status: "running" }));
const gzip = { "accept-encoding": "br, gzip" };

async function setUp() {
  const app = Fastify();
  compressLists(app);
  app.get("/api/v1/instances", async (request) => (request.query as { few?: string }).few ?? MANY);
  app.get("/api/v1/playground", async () => MANY);
  app.post("/api/v1/instances", async () => MANY);
  return app;
}

test("a long list is compressed for who takes gzip, and says that it depends on that", async () => {
  const app = await setUp();
  const answer = await app.inject({ url: "/api/v1/instances", headers: gzip });
  expect(answer.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
  expect(Number(answer.headers["content-length"])).toBe(answer.rawPayload.length);
  expect(JSON.parse(gunzipSync(answer.rawPayload).toString())).toEqual(MANY);
  expect(answer.rawPayload.length).toBeLessThan(JSON.stringify(MANY).length / 5);
});

test.each([
  ["who takes none", "GET", "/api/v1/instances", {}],
  ["who refuses it", "GET", "/api/v1/instances", { "accept-encoding": "gzip;q=0, br" }],
  ["a short answer", "GET", "/api/v1/instances?few=none", gzip],
  ["what may hold a secret", "GET", "/api/v1/playground", gzip],
  ["an answer to a change, which may have one, too", "POST", "/api/v1/instances", gzip],
])("%s gets it as it is", async (_what, method, url, headers) => {
  const answer = await (await setUp()).inject({ method: method as "GET", url, headers });
  expect(answer.headers).not.toHaveProperty("content-encoding");
  expect(answer.statusCode).toBe(200);
});
