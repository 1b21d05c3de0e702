import { expect, test } from "vitest";
import { definePlugin, RetryLater } from "../index.ts";
import { createTestBot } from "./index.ts";

const plugin = definePlugin({
  setup(bot) {
    bot.webhook("/notify", async ({ request, sendTo }) => {
      const { text } = request.json() as { text: string };
      await sendTo("!a:test", `${request.query.get("from")} says ${text}`);
      return { status: 418 };
    });
    bot.webhook("/echo", { method: "PUT", reply: true }, ({ request }) => ({
      status: 201,
      headers: { "content-type": String(request.headers["content-type"]), "x-hook-secret": request.address },
      body: request.bytes(),
    }));
    bot.webhook("/later", { reply: true }, () => {
      throw new RetryLater(5, "not now");
    });
    bot.webhook("/broken", { reply: true }, () => {
      throw new Error("broken");
    });
    bot.webhook("/", { reply: true, method: "GET" }, () => undefined);
  },
});

test("a request is answered with 202 whatever its handler gives, and the test sees what the bot sent", async () => {
  const bot = await createTestBot(plugin);

  const { status, body, sent } = await bot.callWebhook("/notify?from=ci", { body: { text: "done" } });

  expect([status, body]).toEqual([202, ""]);
  expect(sent.map(({ roomId, text }) => [roomId, text])).toEqual([["!a:test", "ci says done"]]);
  expect(bot.outcome).toEqual({ id: 1, status: "done", ran: ["webhook POST /notify"] });
});

test("a handler that fails shows in the outcome, not to the sender", async () => {
  const bot = await createTestBot(plugin);

  const { status, sent } = await bot.callWebhook("/notify", { body: "no JSON" });

  expect([status, sent]).toEqual([202, []]);
  expect(bot.outcome).toMatchObject({ status: "failed", error: { message: expect.stringMatching(/JSON/) } });
});

test("a webhook that replies gives its answer to the sender", async () => {
  const bot = await createTestBot(plugin);
  const body = new Uint8Array([0, 255, 254, 104, 105]);
  const headers = { "Content-Type": "image/x" };

  const answer = await bot.callWebhook("/echo", { method: "PUT", body, headers, address: "192.0.2.7" });

  expect(answer).toEqual({
    status: 201,
    headers: { "content-type": "image/x", "x-hook-secret": "192.0.2.7" },
    ...{ body: "\u0000\ufffd\ufffdhi", sent: [] },
  });
  expect(await bot.callWebhook("/", { method: "GET" })).toMatchObject({ status: 204, body: "" });
  expect(await bot.callWebhook("/later")).toMatchObject({ status: 503 });
  expect(await bot.callWebhook("/broken")).toMatchObject({ status: 500 });
});

test("a webhook that is not there is told with those that are", async () => {
  const bot = await createTestBot(plugin);

  await expect(bot.callWebhook("/echo")).rejects.toThrow(
    'The plugin has no webhook "POST /echo"; it has: POST /notify, PUT /echo, POST /later, POST /broken, GET /.',
  );
});
