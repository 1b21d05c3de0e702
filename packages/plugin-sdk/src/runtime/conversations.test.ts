import { describe, expect, test } from "vitest";
import { definePlugin, markdown, Type, UserError } from "../index.ts";
import { createTestBot } from "../testing/index.ts";

const plugin = definePlugin({
  setup(bot) {
    const order = bot.conversation("order", {
      questions: {
        drink: { ask: markdown`**Tea** or coffee?`, answer: Type.Enum(["tea", "coffee"]) },
        cups: { ask: "How many cups?", answer: Type.Integer({ minimum: 1 }) },
      },
      timeoutSeconds: 60,
      done(ctx, { drink, cups }) {
        if (cups > 9) throw new UserError("So many?");
        return ctx.reply(`${cups} × ${drink}`);
      },
    });
    bot.command("order", "Order", (ctx) => order.start(ctx));
    bot.command("ping", "Pong", (ctx) => ctx.reply("pong"));
    bot.hears("tea", (ctx) => ctx.reply("I heard tea."));
  },
});

type Bot = Awaited<ReturnType<typeof createTestBot>>;
const said = async (bot: Bot, ...[text, from]: Parameters<Bot["receive"]>) =>
  (await bot.receive(text, from)).map((answer) => answer.text);

describe("a conversation", () => {
  test("asks one question after the other, and hands over the checked answers", async () => {
    const bot = await createTestBot(plugin);
    expect(await said(bot, "!order")).toEqual(["**Tea** or coffee?"]);
    expect(await said(bot, "TEA")).toEqual(["How many cups?"]);
    expect(await said(bot, " 2 ")).toEqual(["2 × tea"]);
    expect(await said(bot, "tea")).toEqual(["I heard tea."]);
  });

  test("says what is wrong with an answer, and asks again", async () => {
    const bot = await createTestBot(plugin);
    await bot.receive("!order");
    const [answer] = await bot.receive("<water>");
    expect(answer?.text).toBe("This must be one of tea, coffee. **Tea** or coffee?");
    expect(answer?.content.formatted_body).toContain("<strong>Tea</strong>");
    await bot.receive("tea");
    expect(await said(bot, "0")).toEqual([expect.stringMatching(/^This .+\. How many cups\?$/)]);
    expect(await said(bot, "1")).toEqual(["1 × tea"]);
  });

  test("takes what is said for an answer before it is a command; cancel ends it", async () => {
    const bot = await createTestBot(plugin);
    await bot.receive("!order");
    expect(await said(bot, "!ping")).toEqual([expect.stringMatching(/^This must be one of/)]);
    expect(bot.outcome?.ran).toEqual(["conversation order"]);
    expect(await said(bot, "Cancel")).toEqual(["Cancelled."]);
    expect(await said(bot, "!ping")).toEqual(["pong"]);
  });

  test("is one person's, in one room, and in the thread in which it began", async () => {
    const bot = await createTestBot(plugin);
    const inThread = (body: string) => ({
      ...{ msgtype: "m.text", body },
      "m.relates_to": { rel_type: "m.thread", event_id: "$root" },
    });
    await bot.receive(inThread("!order"));
    expect(await said(bot, "tea", { sender: "@bob:test" })).toEqual(["I heard tea."]);
    expect(await said(bot, "tea", { roomId: "!other:test" })).toEqual(["I heard tea."]);
    expect(await said(bot, "tea")).toEqual(["I heard tea."]);
    expect(await said(bot, inThread("tea"))).toEqual(["How many cups?"]);
    await bot.receive("!order", { sender: "@bob:test" });
    expect(await said(bot, inThread("3"))).toEqual(["3 × tea"]);
    expect(await said(bot, "coffee", { sender: "@bob:test" })).toEqual(["How many cups?"]);
  });

  test("waits as long as it says, by the clock of who answers", async () => {
    const bot = await createTestBot(plugin);
    await bot.receive("!order", { at: 1_000_000 });
    expect(await said(bot, "tea", { at: 1_060_000 })).toEqual(["How many cups?"]);
    expect(await said(bot, "!ping", { at: 1_120_001 })).toEqual(["pong"]);
  });

  test("ends with a done that throws", async () => {
    const bot = await createTestBot(plugin);
    for (const text of ["!order", "tea"]) await bot.receive(text);
    expect(await said(bot, "10")).toEqual(["So many?"]);
    expect(await said(bot, "!ping")).toEqual(["pong"]);
  });

  test("does the same when an event runs again, and goes on as if it had run once", async () => {
    const bot = await createTestBot(plugin);
    const again = async () => (await bot.runAgain()).map(({ text }) => text);
    for (const [text, answer] of [
      ["!order", "**Tea** or coffee?"],
      ["water", "This must be one of tea, coffee. **Tea** or coffee?"],
      ["tea", "How many cups?"],
      ["2", "2 × tea"],
      ["tea", "I heard tea."],
    ] as const) {
      expect(await said(bot, text)).toEqual([answer]);
      expect(await again()).toEqual([answer]);
      expect(await again()).toEqual([answer]);
    }
  });

  test("goes on after a restart, and after a crash in the middle of an answer", async () => {
    const store = new Map<string, string>();
    const first = await createTestBot(plugin, { store });
    await first.receive("!order");
    await first.receive("tea");
    first.stop();
    const second = await createTestBot(plugin, { store });
    expect(await said(second, "4")).toEqual(["4 × tea"]);
    second.stop();
    // The event that ended it was not acknowledged: it comes again, to a new worker.
    const third = await createTestBot(plugin, { store });
    expect((await third.receive("4", { eventId: "$event1" })).map(({ text }) => text)).toEqual(["4 × tea"]);
  });

  test("is dropped where the plugin has it no more", async () => {
    const store = new Map<string, string>();
    await (await createTestBot(plugin, { store })).receive("!order");
    const other = definePlugin({
      setup(bot) {
        const questions = { a: { ask: "?", answer: Type.String() } };
        bot.conversation("other", { questions, done: () => undefined });
        bot.command("ping", "Pong", (ctx) => ctx.reply("pong"));
      },
    });
    expect(await said(await createTestBot(other, { store }), "!ping", { eventId: "$later" })).toEqual([
      "pong",
    ]);
  });
});

test.each([
  ["a name with a blank", "a b", { a: { ask: "?", answer: Type.String() } }, /A conversation's name/],
  ["no questions", "a", {}, /asks no question/],
])("%s is an error at the start", async (_what, name, questions, message) => {
  const bad = definePlugin({
    setup(bot) {
      bot.conversation(name, { questions: questions as never, done: () => undefined });
    },
  });
  await expect(createTestBot(bad)).rejects.toThrow(message);
});
