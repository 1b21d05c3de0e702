import { createHmac } from "node:crypto";
import type { Notice } from "@rookery/host/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHooks } from "./hooks.ts";

const HOOKS = `
bot.webhook("/note", ({ request, sendTo }) => sendTo(roomId, request.text()));
bot.webhook("/meta", { method: "GET", reply: true }, ({ request }) => ({ body: request.query.get("hub.challenge") ?? "" }));
bot.webhook("/page", { method: "GET", reply: true }, () => ({
  headers: { "content-type": "text/html" }, body: "<script>document.title = 'mine'</script>" }));
bot.webhook("/signed", { reply: true }, async ({ request }) => {
  const key = await crypto.subtle.importKey(
    "raw", new TextEncoder().encode("secret"), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signature = Uint8Array.from(
    (request.headers["x-hub-signature-256"] ?? "").slice(7).match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const good = await crypto.subtle.verify("HMAC", key, signature, request.bytes());
  return { status: good ? 200 : 401 };
});
bot.webhook("/die", { reply: true }, () => { for (;;); });`;

describe("webhooks of a real host", () => {
  let hooks: Awaited<ReturnType<typeof startHooks>>;

  beforeAll(async () => {
    hooks = await startHooks(HOOKS);
  });
  afterAll(() => hooks?.[Symbol.asyncDispose]());

  it("say what they were sent in the room, and the API tells where they are and how the last one ended", async () => {
    const url = await hooks.url("/note");
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/plugins\/hooks\/note$/);
    expect((await fetch(url, { method: "POST", body: "deployed" })).status).toBe(202);
    expect(await hooks.said(1)).toEqual(["deployed"]);

    const { webhooks } = await hooks.host.instance("hooks");
    expect(webhooks.find(({ path }) => path === "/note")).toEqual({
      ...{ method: "POST", path: "/note", url, reply: false },
      last: { at: expect.stringMatching(/Z$/), status: 202 },
    });
    expect(webhooks.find(({ path }) => path === "/meta")).toMatchObject({ reply: true, last: null });
    expect(await hooks.host.api<Notice[]>("GET", "/notices")).toEqual([]);
  });

  it("answer what a service asks when it wants to know whose the address is", async () => {
    const answer = await fetch(`${await hooks.url("/meta")}?hub.mode=subscribe&hub.challenge=1158201444`);
    expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
  });

  it("check signatures over the bytes as they were sent", async () => {
    const url = await hooks.url("/signed");
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x0a, 0x7d]);
    const signature = `sha256=${createHmac("sha256", "secret").update(body).digest("hex")}`;
    const call = async (sent: Buffer, signed: string) => {
      const headers = { "x-hub-signature-256": signed };
      return (await fetch(url, { method: "POST", headers, body: new Uint8Array(sent) })).status;
    };
    expect(await call(body, signature)).toBe(200);
    expect(await call(body.subarray(1), signature)).toBe(401);
    expect(await call(body, "sha256=00")).toBe(401);
  });

  it("are on a port of their own: none of the API there, none of them on the API's", async () => {
    const { origin } = new URL(await hooks.url("/note"));
    const headers = { cookie: hooks.host.cookie };
    for (const path of ["/", "/api/v1/session", "/api/v1/instances", "/healthz", "/readyz", "/index.html"]) {
      const answer = await fetch(origin + path, { headers });
      expect([path, answer.status, await answer.text()]).toEqual([path, 404, "There is nothing here.\n"]);
    }
    for (const path of ["/plugins/hooks/note", "/api/v1/plugins/hooks/note"]) {
      const answer = await fetch(hooks.host.url + path, {
        method: "POST",
        headers,
        body: "from the page's port",
      });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it("give a browser nothing that it runs", async () => {
    const answer = await fetch(await hooks.url("/page"));
    expect(answer.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("tell their sender where the worker dies, and others take no harm", async () => {
    const answer = await fetch(await hooks.url("/die"), { method: "POST" });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([502, "5"]);
    const note = await fetch(await hooks.url("/note"), { method: "POST", body: "sent while it was down" });
    expect(note.status).toBe(202);
    expect((await hooks.said(2)).at(-1)).toBe("sent while it was down");
  });

  it("are closed with their instance, and gone with it", async () => {
    const url = await hooks.url("/note");
    await hooks.host.api("POST", "/instances/hooks/stop");
    const stopped = await fetch(url, { method: "POST", body: "x" });
    expect([stopped.status, stopped.headers.get("retry-after")]).toEqual([503, "5"]);
    await hooks.host.api("DELETE", "/instances/hooks");
    expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(404);
  });
});

it("webhooks without a port are told in a notice, and have no address", async () => {
  await using hooks = await startHooks(HOOKS, {});
  const { webhooks } = await hooks.host.instance("hooks");
  expect(webhooks.map(({ url }) => url)).toEqual([null, null, null, null, null]);
  expect(await hooks.host.api<Notice[]>("GET", "/notices")).toMatchObject([
    {
      message: "hooks has webhooks, and Rookery listens for none.",
      remedy: expect.stringContaining("webhooks.port"),
    },
  ]);
});
