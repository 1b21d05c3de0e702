import { expect, test } from "vitest";
import { definePlugin } from "../index.ts";
import { createTestBot } from "./index.ts";

const bridge = definePlugin({
  setup(bot) {
    bot.command("say", "Say it as Ada", async (ctx) => {
      const ada = ctx.as("slack_ada");
      await ada.setProfile({ displayName: "Ada (Slack)" });
      const sent = await ada.reply("hi");
      await ada.edit(sent, "hello");
      await ada.react("👍", sent);
      await ctx.send("done");
      await ada.redact(sent);
    });
    bot.webhook("/slack", (ctx) => ctx.as(ctx.request.text()).sendTo("!room:test", "from Slack"));
  },
});

test("what a bot says as somebody else has them as its sender", async () => {
  const bot = await createTestBot(bridge);
  const answers = await bot.receive("!say");
  expect(answers.map(({ sender, text }) => [sender, text])).toEqual([
    ["@slack_ada:test", "hi"],
    ["@slack_ada:test", "* hello"],
    ["@slack_ada:test", "👍"],
    ["@bot:test", "done"],
  ]);
  expect(answers[0]).toMatchObject({
    ...{ redacted: true, content: { "m.relates_to": { "m.in_reply_to": { event_id: "$event1" } } } },
  });
  expect([...bot.profiles]).toEqual([["@slack_ada:test", { displayName: "Ada (Slack)" }]]);
  const { sent } = await bot.callWebhook("/slack", { body: "slack_grace" });
  expect(sent).toMatchObject([{ sender: "@slack_grace:test", roomId: "!room:test", text: "from Slack" }]);
});

test.each([
  ["somebody who was not granted", "slack_ada", ["irc_*"], "PERMISSION_DENIED"],
  ["nobody, where none is granted", "slack_ada", [], "PERMISSION_DENIED"],
  ["what is no first part of a user ID", "@slack_ada:test", undefined, "BAD_REQUEST"],
])("it acts as %s no more than in a host", async (_what, body, impersonate, code) => {
  const bot = await createTestBot(bridge, impersonate ? { impersonate } : {});
  const { sent } = await bot.callWebhook("/slack", { body });
  expect([sent, bot.outcome?.error?.code]).toEqual([[], code]);
});
