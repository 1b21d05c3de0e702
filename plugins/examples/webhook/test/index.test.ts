import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

const config = {
  room: "!news:test",
  token: "opensesame",
  message: "{{json.by.name}} ({{query.from}}): {{ json.title }} {{json.tags}}{{json.nothing.at.all}}",
};
const headers = { authorization: "Bearer opensesame", "content-type": "application/json; charset=utf-8" };

test("says what was sent, by its template", async () => {
  const bot = await createTestBot(plugin, { config });
  const body = JSON.stringify({ title: "It works", by: { name: "Ada" }, tags: ["a", 1] });

  const { status, sent } = await bot.callWebhook("/send?from=work", { headers, body });

  assert.equal(status, 204);
  assert.deepEqual(
    sent.map(({ roomId, text }) => [roomId, text]),
    [["!news:test", 'Ada (work): It works ["a",1]']],
  );
});

test("takes any text, and says nothing where nothing comes of it", async () => {
  const bot = await createTestBot(plugin, { config: { ...config, message: "{{body}}" } });
  const { authorization } = headers;
  assert.equal(
    (await bot.callWebhook("/send", { headers: { authorization }, body: "Hi" })).sent[0]?.text,
    "Hi",
  );
  assert.deepEqual((await bot.callWebhook("/send", { headers: { authorization } })).sent, []);
});

test("refuses who does not know the token", async () => {
  const bot = await createTestBot(plugin, { config });
  const { status, sent } = await bot.callWebhook("/send", {
    headers: { authorization: "Bearer ?" },
    body: "Hi",
  });
  assert.deepEqual([status, sent], [401, []]);
});
