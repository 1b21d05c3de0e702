import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

test("what is put is found again by its key, in any case, and replaced by what is put later", async () => {
  const bot = await createTestBot(plugin);
  const say = async (text: string) => (await bot.receive(text))[0]?.text;

  assert.equal(await say("!get Tea"), "No Tea is stored.");
  assert.equal(await say("!keys"), "Nothing is stored.");
  assert.equal(await say("!put tea green, or none"), "tea is stored.");
  assert.equal(await say("!get Tea"), "tea, by @ada:test:\ngreen, or none");

  await bot.receive("!put TEA black", { sender: "@grace:test" });
  await bot.receive("!put time 12:00");
  await bot.receive("!put coffee no");
  assert.equal(await say("!get tea"), "tea, by @grace:test:\nblack");
  assert.equal(await say("!keys t"), "tea, by @grace:test\ntime, by @ada:test");
});
