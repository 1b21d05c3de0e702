import { createTestBot } from "@rookery/plugin-sdk/testing";
import { expect, test } from "vitest";
import hello from "../src/index.ts";

test("greets the sender by name, as a reply", async () => {
  const bot = await createTestBot(hello);

  const [answer] = await bot.receive("!hello", { displayName: "Grace" });

  expect(answer?.text).toBe("Hello, Grace!");
  expect(answer?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: "$event1" } });
});

test("greets with the configured word", async () => {
  const bot = await createTestBot(hello, { config: { greeting: "Ahoj" } });

  const [answer] = await bot.receive("!hello", { displayName: "Grace" });

  expect(answer?.text).toBe("Ahoj, Grace!");
});

test("lists the command in !help", async () => {
  const bot = await createTestBot(hello);

  const [answer] = await bot.receive("!help");

  expect(answer?.text).toContain("!hello – Greet the sender");
});

test("says nothing to anything else", async () => {
  const bot = await createTestBot(hello);

  expect(await bot.receive("hello there")).toEqual([]);
});
