import { expect, test } from "vitest";
import { startTestHost } from "../testing/host.ts";

async function setUp(allowedHosts: string[] = []) {
  const host = await startTestHost({ allowedHosts });
  await host.signIn();
  const port = new URL(host.host.url).port;
  const ask = async (headers: Record<string, string>, method = "GET", path = "/instances") =>
    (await host.call(method, path, { headers })).status;
  return { ...host, port, ask };
}

test("the page is reached as 127.0.0.1 and localhost, through a tunnel with another port, too", async () => {
  const { ask, port } = await setUp();
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "localhost:8080", "127.0.0.1", "[::1]:9"]) {
    expect(await ask({ host }), host).toBe(200);
    expect(await ask({ host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }), host).toBe(200);
  }
});

test.each([
  "evil.example",
  "127.0.0.1.evil.example",
  "localhost.evil.example",
  "127.0.0.1@evil.example",
  "0.0.0.0",
  "10.0.0.1",
  "",
])("under the name %j nothing is answered, not even the page or its health", async (host) => {
  const { ask, send } = await setUp();
  expect(await ask({ host })).toBe(403);
  for (const path of ["/", "/healthz", "/assets/index-abc123.js"]) {
    expect((await send("GET", path, { headers: { host } })).status, path).toBe(403);
  }
});

test("a name that the operator allows is answered to, as that name and no other", async () => {
  const { ask } = await setUp(["bots.example.org"]);
  expect(await ask({ host: "bots.example.org" })).toBe(200);
  expect(await ask({ host: "bots.example.org", origin: "https://bots.example.org" })).toBe(200);
  expect(await ask({ host: "www.bots.example.org" })).toBe(403);
});

test.each(["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", "file://", "nonsense"])(
  "a request that comes from %s is refused, session or not",
  async (origin) => {
    const { ask } = await setUp();
    expect(await ask({ origin })).toBe(403);
    expect(await ask({ origin }, "DELETE", "/session")).toBe(403);
    expect(await ask({})).toBe(200);
  },
);

test.each(["cross-site", "same-site"])(
  "what a browser marks as %s is refused, unless somebody followed a link",
  async (site) => {
    const { ask, send } = await setUp();
    expect(await ask({ "sec-fetch-site": site, "sec-fetch-mode": "no-cors" })).toBe(403);
    const headers = { "sec-fetch-site": site, "sec-fetch-mode": "navigate" };
    expect((await send("GET", "/", { headers })).status).toBe(200);
  },
);

test("what somebody typed, and what the page itself asks for, is answered", async () => {
  const { ask } = await setUp();
  for (const site of ["none", "same-origin"]) expect(await ask({ "sec-fetch-site": site })).toBe(200);
});
