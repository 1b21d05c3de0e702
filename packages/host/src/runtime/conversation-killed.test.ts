import { expect, test } from "vitest";
import { bundleOf, openPluginHost } from "../testing/plugin-host.ts";

// The worker dies at the first answer to the second question, and in the middle of the end.
const SETUP = `
  async function dieOnce(key) {
    if (await bot.store.get(key)) return;
    await bot.store.set(key, true);
    const kept = [];
    while (true) kept.push({});
  }
  const order = bot.conversation("order", {
    questions: {
      drink: { ask: "Tea or coffee?", answer: Type.Enum(["tea", "coffee"]) },
      cups: { ask: "How many cups?", answer: Type.Integer() },
    },
    async done(ctx, { drink, cups }) {
      await ctx.reply("Let me see.");
      await dieOnce("done");
      await ctx.reply(cups + " x " + drink);
    },
  });
  bot.command("order", "Order", async (ctx) => {
    await order.start(ctx);
    await dieOnce("start");
  });
  bot.hears("tea", (ctx) => ctx.reply("I heard tea."));`;

test("a conversation whose worker dies while it begins and while it ends says everything once", async () => {
  const host = await openPluginHost(["one"], bundleOf("1.0.0", SETUP));
  expect(await host.ask("!order", 1)).toEqual(["Tea or coffee?"]);
  expect(await host.ask("tea", 2)).toEqual(["Tea or coffee?", "How many cups?"]);
  await host.supervisor.restart("one");
  expect((await host.ask("2", 4)).slice(2)).toEqual(["Let me see.", "2 x tea"]);
  expect((await host.ask("tea", 5)).slice(4)).toEqual(["I heard tea."]);
});
