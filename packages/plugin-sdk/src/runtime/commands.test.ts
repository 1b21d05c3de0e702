import { describe, expect, test, vi } from "vitest";
import type { Allow } from "../command-options.ts";
import { definePlugin, Type } from "../index.ts";
import { createTestBot } from "../testing/index.ts";

const feeds = definePlugin({
  setup(bot) {
    bot.command("feed", "What there is about feeds", (ctx) => ctx.reply(`feed: ${ctx.text}`));
    const args = { url: Type.String() };
    bot.command("feed add", { description: "Follow", args, aliases: ["follow", "feed +"] }, (ctx) =>
      ctx.reply(`added ${ctx.args.url}`),
    );
    bot.command("Admin User Drop", "Drop them", (ctx) => ctx.reply("dropped"));
    bot.command("admin user add", { description: "Add them", hidden: true }, (ctx) => ctx.reply("added"));
  },
});

async function answers(...texts: string[]) {
  const bot = await createTestBot(feeds);
  const all: (string | undefined)[] = [];
  for (const text of texts) all.push((await bot.receive(text))[0]?.text);
  return all;
}

describe("a sub-command", () => {
  test("is the longest of the names that a text begins with, in any case and with any white space", async () => {
    expect(await answers("!feed add a", "!FEED  Add\na b", "!feed", "!feed list")).toEqual([
      "added a",
      "added a b",
      "feed: !feed",
      expect.stringContaining("too many words"),
    ]);
  });

  test("has its own aliases, also such as are no sub-commands", async () => {
    expect(await answers("!follow a", "!feed + a")).toEqual(["added a", "added a"]);
  });

  test("shows its whole name in its usage", async () => {
    expect(await answers("!feed add")).toEqual([expect.stringContaining("Usage: !feed add <url…>")]);
  });

  test("that is missing is asked for; hidden ones are not told", async () => {
    expect(await answers("!admin", "!admin user", "!admin user drop")).toEqual([
      "Usage: !Admin User Drop",
      "Usage: !Admin User Drop",
      "dropped",
    ]);
  });

  test("is matched by the host by its first word", async () => {
    const bot = await createTestBot(feeds);
    await bot.receive("!admin user add");
    expect(bot.outcome?.ran).toEqual(["!admin user add"]);
  });
});

describe("who may use a command", () => {
  async function tried(allow: Allow, from: { powerLevel?: number; sender?: string } = {}, roomState = {}) {
    const handler = vi.fn();
    const plugin = definePlugin({
      setup(bot) {
        bot.command("purge", { description: "Purge", allow, args: { n: Type.Integer() } }, handler);
      },
    });
    const bot = await createTestBot(plugin, { roomState });
    const [answer] = await bot.receive("!purge 1", from);
    return { ran: handler.mock.calls.length > 0, text: answer?.text, outcome: bot.outcome?.status };
  }
  const ran = { ran: true, text: undefined, outcome: "done" };

  test.each<[Allow, number, string]>([
    ["moderator", 50, "Only this room's moderators may use !purge."],
    ["admin", 100, "Only this room's admins may use !purge."],
    [30, 30, "Only people with the power level 30 may use !purge."],
  ])("allow %s: from the level %i on", async (allow, level, text) => {
    expect(await tried(allow, { powerLevel: level })).toEqual(ran);
    expect(await tried(allow, { powerLevel: level - 1 })).toEqual({ ran: false, text, outcome: "done" });
    expect(await tried(allow)).toEqual({ ran: false, text, outcome: "done" });
  });

  test("a function lets whom it lets, and may take its time", async () => {
    const allow: Allow = async (ctx) => ctx.sender.userId === "@ada:test";
    expect(await tried(allow)).toEqual(ran);
    expect(await tried(allow, { sender: "@eve:test" })).toMatchObject({
      ran: false,
      text: "You may not use !purge here.",
    });
  });

  test("the room's own levels count", async () => {
    const roomState = { "m.room.power_levels": { users: { "@ada:test": 50 } } };
    expect(await tried("moderator", {}, roomState)).toEqual(ran);
    expect((await tried("moderator", { sender: "@eve:test" }, roomState)).ran).toBe(false);
  });

  test("who may not is refused before the arguments are looked at", async () => {
    const plugin = definePlugin({
      setup(bot) {
        const args = { n: Type.Integer() };
        bot.command("purge", { description: "Purge", allow: "admin", args }, () => undefined);
      },
    });
    const [answer] = await (await createTestBot(plugin)).receive("!purge x");
    expect(answer?.text).toBe("Only this room's admins may use !purge.");
  });

  test("a level that is none keeps the instance from starting", async () => {
    await expect(tried("owner" as never)).rejects.toThrow(/"allow" of the command "purge"/);
  });
});
