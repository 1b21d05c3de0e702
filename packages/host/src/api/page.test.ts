import { expect, test } from "vitest";
import { startTestHost } from "../testing/host.ts";

test("every address of the page is the page", async () => {
  const { send } = await startTestHost();
  for (const path of [
    "/",
    "/welcome",
    "/instances/hello",
    "/instances/hello?tab=log",
    "/plugins/org.example.hello",
  ]) {
    const answer = await send("GET", path);
    expect([answer.status, answer.text], path).toEqual([200, expect.stringContaining("<title>Rookery")]);
    expect(answer.headers["cache-control"], path).toBe("no-cache");
  }
});

test("an address that nobody would write is answered without a failure", async () => {
  const { send } = await startTestHost();
  for (const path of ["//", "/%zz", "/%00", "/a%2fb", "/?%"]) {
    expect((await send("GET", path)).status, path).toBeLessThan(500);
  }
});

test("a hashed asset is kept for ever; one that is not there is not the page", async () => {
  const { send } = await startTestHost();
  const found = await send("GET", "/assets/index-abc123.js");
  expect(found).toMatchObject({ status: 200, text: "export {};" });
  expect(found.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect((await send("GET", "/assets/absent.js")).status).toBe(404);
});

test("no path leads out of the page's folder", async () => {
  const { send } = await startTestHost();
  for (const path of [
    "/../../etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/%2e%2e/x",
  ]) {
    expect((await send("GET", path)).text, path).not.toContain("root:");
  }
});

test("a browser is told to run nothing but the page's own", async () => {
  const { send } = await startTestHost();
  for (const path of ["/", "/api/v1/session", "/healthz"]) {
    const { headers } = await send("GET", path);
    const policy = String(headers["content-security-policy"]);
    for (const part of [
      "default-src 'self'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy, path).toContain(part);
    }
    expect(policy).not.toContain("unsafe");
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  }
});

test("the host says that it lives, to anybody on this machine", async () => {
  const { send } = await startTestHost();
  expect(await send("GET", "/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
});
