import assert from "node:assert/strict";
import { test } from "node:test";
import { createTestBot } from "@rookery/plugin-sdk/testing";
import plugin from "../src/index.ts";

test("greets the sender by name", async () => {
  const bot = await createTestBot(plugin);

  const [answer] = await bot.receive("!hello", { displayName: "Ada" });

  assert.equal(answer?.text, "Hello, Ada!");
});

test("greets whom it is told to, with the configured word", async () => {
  const bot = await createTestBot(plugin, { config: { greeting: "Ahoj" } });

  const [answer] = await bot.receive("!hello Grace Hopper");

  assert.equal(answer?.text, "Ahoj, Grace Hopper!");
});
