import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

test("echoes, with all spaces", async () => {
  const bot = await createTestBot(plugin);
  assert.deepEqual(
    (await bot.receive("!echo Hello,  world!")).map(({ text }) => text),
    ["Hello,  world!"],
  );
});

test("tells how long a ping took, and takes nothing for HTML", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 90_061_001 });
  const bot = await createTestBot(plugin);
  const [answer] = await bot.receive("!ping <b>");
  assert.equal(
    answer?.text,
    '@ada:test: Pong! (ping "<b>" took 1 day, 1 hour, 1 minute, and 1 second to arrive)',
  );
  assert.match(String(answer?.content.formatted_body), /&quot;&lt;b&gt;&quot; took/);

  t.mock.timers.setTime(12);
  assert.equal((await bot.receive("!ping"))[0]?.text, "@ada:test: Pong! (ping took 10 ms to arrive)");
});
