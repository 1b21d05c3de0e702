import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

test("answers those on the list only, under the name that it was given", async () => {
  const bot = await createTestBot(plugin, { config: { command: "hmm", whitelist: ["@ada:test"] } });

  assert.equal((await bot.receive("!hmm"))[0]?.text, "You're whitelisted 🎉");
  assert.deepEqual(await bot.receive("!hmm", { sender: "@eve:test" }), []);
  assert.deepEqual(await bot.receive("!hello-world"), []);
});
