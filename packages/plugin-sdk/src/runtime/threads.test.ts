import { expect, test } from "vitest";
import { definePlugin } from "../index.ts";
import { createTestBot } from "../testing/index.ts";

const plugin = definePlugin({
  setup(bot) {
    bot.hears("thread", async (ctx) => {
      await ctx.thread.send(`${ctx.thread.isNew}`);
      await ctx.thread.reply("answer");
      await ctx.as("slack_ada").thread.send("as somebody else");
    });
    bot.hears("below", async (ctx) => {
      const said = await ctx.send("root");
      await ctx.threadOf(said).send("leaf");
    });
    bot.on("m.reaction", (ctx) => ctx.thread.send("below what was reacted to"));
    bot.schedule("daily", "0 0 * * *", async (ctx) => {
      const root = await ctx.sendTo("!room:test", "Today");
      await ctx.sendTo("!room:test", "news", { thread: root });
    });
  },
});
const relations = (sent: { content: Record<string, unknown> }[]) =>
  sent.map(({ content }) => content["m.relates_to"]);
const thread = (root: string, answered: string, is_falling_back: boolean) => ({
  ...{ rel_type: "m.thread", event_id: root, is_falling_back },
  "m.in_reply_to": { event_id: answered },
});

test("an event outside threads begins one, with the fallback for clients without threads", async () => {
  const bot = await createTestBot(plugin);
  const sent = await bot.receive("thread");
  const id = "$event1";
  expect(relations(sent)).toEqual([thread(id, id, true), thread(id, id, false), thread(id, id, true)]);
  expect(sent.map(({ text, sender }) => [text, sender])).toEqual([
    ["true", "@bot:test"],
    ["answer", "@bot:test"],
    ["as somebody else", "@slack_ada:test"],
  ]);
  expect(sent.map(({ content }) => content["m.mentions"])).toEqual([{}, { user_ids: ["@ada:test"] }, {}]);
});

test("an event in a thread is answered there", async () => {
  const bot = await createTestBot(plugin);
  const relation = { rel_type: "m.thread", event_id: "$root" };
  const sent = await bot.receive({ msgtype: "m.text", body: "thread", "m.relates_to": relation });
  const id = "$event1";
  expect(relations(sent).slice(0, 2)).toEqual([thread("$root", id, true), thread("$root", id, false)]);
  expect(sent[0]?.text).toBe("false");
});

test("what relates to another event begins no thread; the other one does", async () => {
  const bot = await createTestBot(plugin);
  const relation = { rel_type: "m.annotation", event_id: "$other", key: "👍" };
  const sent = await bot.receive({ "m.relates_to": relation }, { type: "m.reaction" });
  expect(relations(sent)).toEqual([thread("$other", "$event1", true)]);
});

test("a thread begins below what the bot said, also on a schedule", async () => {
  const bot = await createTestBot(plugin);
  expect(relations(await bot.receive("below"))).toEqual([undefined, thread("$answer1", "$answer1", true)]);
  expect(relations(await bot.runSchedule("daily"))).toEqual([
    undefined,
    thread("$answer3", "$answer3", true),
  ]);
});
