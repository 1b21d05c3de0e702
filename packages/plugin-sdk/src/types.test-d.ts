// What TypeScript must say about a plugin while it is written. `tsc -b` checks this file; nothing runs it.
import {
  type CommandContext,
  definePlugin,
  markdown,
  mention,
  type RetryLater,
  spoiler,
  Type,
} from "./index.ts";
import { createTestBot } from "./testing/index.ts";

/** Compiles only where both are the same type. */
function same<Expected>() {
  return <Actual>(
    ..._: (<T>() => T extends Actual ? 1 : 2) extends <T>() => T extends Expected ? 1 : 2
      ? [value: Actual]
      : ["not the expected type", Actual]
  ): void => undefined;
}

export const withConfig = definePlugin({
  config: Type.Object({
    greeting: Type.String({ default: "Hello" }),
    color: Type.Optional(Type.Enum(["red", "blue"])),
  }),
  setup(bot) {
    same<string>()(bot.config.greeting);
    same<"red" | "blue" | undefined>()(bot.config.color);
    // @ts-expect-error: the config has no such property
    bot.config.greting;

    bot.command("hello", "Greet", (ctx) => {
      same<string>()(ctx.sender.displayName);
      // @ts-expect-error: a command without arguments has none
      ctx.args.name;
      // @ts-expect-error: only `hears` has a match
      ctx.match;
    });

    const args = {
      sides: Type.Integer({ default: 6 }),
      color: Type.Union([Type.Literal("red"), Type.Literal("blue")]),
      loud: Type.Boolean(),
      note: Type.Optional(Type.String()),
    };
    bot.command("roll", { description: "Roll", args, aliases: ["r"] }, (ctx) => {
      same<number>()(ctx.args.sides);
      same<"red" | "blue">()(ctx.args.color);
      same<boolean>()(ctx.args.loud);
      same<string | undefined>()(ctx.args.note);
      // @ts-expect-error: there is no such argument
      ctx.args.side;
      // @ts-expect-error: an optional text may be absent
      ctx.args.note.length;
    });
    bot.command("about", { description: "About" }, (ctx) => {
      // @ts-expect-error: a command without arguments has none
      ctx.args.name;
    });

    const url = { url: Type.String() };
    bot.command("feed add", { description: "Follow", args: url, allow: "moderator", hidden: true }, (ctx) => {
      same<string>()(ctx.args.url);
      // @ts-expect-error: there is no such argument
      ctx.args.uri;
    });
    bot.command(
      "mine",
      { description: "Mine", allow: (ctx) => ctx.sender.userId === bot.userId },
      async (ctx) => {
        same<number>()((await ctx.sender.power()).powerLevel);
        same<string | null>()(await ctx.room.name());
        same<string | null>()((await ctx.room.info()).topic);
        // @ts-expect-error: there is no such thing to do
        (await ctx.sender.power()).may.fly;
      },
    );
    // @ts-expect-error: there is no such level
    bot.command("bad", { description: "", allow: "owner" }, () => undefined);
    // @ts-expect-error: it is called `allow`
    bot.command("bad", { description: "", alow: "admin" }, () => undefined);
    // @ts-expect-error: an answer is awaited
    bot.command("bad", { description: "", allow: () => "yes" }, () => undefined);
    // @ts-expect-error: a command has a description, which `!help` shows
    bot.command("nothing", () => undefined);
    // @ts-expect-error: an argument has a schema
    bot.command("bad", { description: "", args: { n: "number" } }, () => undefined);

    bot.hears(/(\d+)/, (ctx) => {
      same<string | undefined>()(ctx.match[1]);
      // @ts-expect-error: only commands have arguments
      ctx.args;
    });
    bot.on("m.reaction", (ctx) => {
      same<Record<string, unknown>>()(ctx.event.content);
      // @ts-expect-error: an edit is of something that was sent
      void ctx.edit("$event", "text");
      // @ts-expect-error: HTML comes with its plain text
      void ctx.reply({ html: "<b>hi</b>" });
    });

    bot.on("m.room.message", async (ctx) => {
      await ctx.reply(markdown`**${ctx.sender.displayName}** ${5} ${mention(ctx.sender)} ${spoiler("x")}`);
      await ctx.thread.send(markdown("**b**"));
      await ctx.threadOf(await ctx.send("root")).send("leaf");
      // @ts-expect-error: objects are no text
      markdown`${ctx.event}`;
      // @ts-expect-error: a mention names somebody
      mention({ name: "Ada" });
      // @ts-expect-error: what somebody else said is not answered there
      ctx.threadOf(await ctx.send("root")).reply("leaf");
    });

    const talk = bot.conversation("talk", {
      questions: {
        cups: { ask: "How many?", answer: Type.Integer() },
        drink: { ask: markdown("**What?**"), answer: Type.Enum(["tea", "coffee"]) },
      },
      done(ctx, answers) {
        same<number>()(answers.cups);
        same<"tea" | "coffee">()(answers.drink);
        // @ts-expect-error: nothing of this name is asked
        answers.cup;
        void ctx.reply("done");
      },
    });
    bot.command("talk", "Talk", (ctx) => talk.start(ctx));
    // @ts-expect-error: an answer has a schema
    bot.conversation("bad", { questions: { a: { ask: "?", answer: "text" } }, done: () => undefined });

    bot.schedule("report", "0 9 * * *", (ctx) => {
      same<Date>()(ctx.dueAt);
      // @ts-expect-error: there is no event to reply to
      void ctx.reply("text");
      // @ts-expect-error: a schedule has no room of its own
      void ctx.sendTo("text");
    });
    bot.schedule(
      "report",
      { cron: "0 9 * * *", timeZone: "Europe/Berlin", catchUpSeconds: 60 },
      () => undefined,
    );
    bot.webhook("/hook", (ctx) => {
      same<Date>()(ctx.request.receivedAt);
      same<string | undefined>()(ctx.request.headers["x-id"]);
      // @ts-expect-error: what a stranger sent is to be checked
      ctx.request.json().text;
      // @ts-expect-error: a webhook has no room of its own
      void ctx.send("text");
    });
    bot.webhook("/hook", { reply: true }, async () => ({ status: 400, json: { error: "no" } }));
    bot.webhook("/hook", { method: "GET", reply: true }, () => undefined);
    // @ts-expect-error: an answer is an object
    bot.webhook("/hook", { reply: true }, () => "pong");
    // @ts-expect-error: a webhook sets no cookies
    bot.webhook("/hook", { reply: true }, () => ({ headers: { "set-cookie": "a=b" } }));
    // @ts-expect-error: methods are in capitals
    bot.webhook("/hook", { method: "get" }, () => undefined);
    // @ts-expect-error: without a time it never runs
    bot.schedule("never", { timeZone: "Europe/Berlin" }, () => undefined);
  },
});

export const withFiles = definePlugin({
  setup(bot) {
    bot.command("cat", "Show a cat", async (ctx) => {
      const cat = await bot.files.fetch("https://cats.example.org/random.jpg");
      await cat.upload("cat.jpg", { preview: "blurhash" });
      await ctx.sendFile(cat, { name: "cat.jpg", preview: false });
      // @ts-expect-error: there is no thumbnail without a blurhash
      await ctx.sendFile(cat, { preview: "thumbnail" });
      // @ts-expect-error: it is made of the picture, not given
      await cat.upload("cat.jpg", { blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj" });
    });
  },
});

export const withoutConfig = definePlugin({
  setup(bot) {
    // @ts-expect-error: a plugin without a config has none
    bot.config.greeting;
    // @ts-expect-error: the config is the operator's to set
    bot.config = {};
  },
});

// @ts-expect-error: a plugin has a setup
definePlugin({});
// @ts-expect-error: it is called `setup`
definePlugin({ setUp: () => undefined });
// @ts-expect-error: the config is an object
definePlugin({ config: Type.String(), setup: () => undefined });

export async function ofTests(): Promise<void> {
  const bot = await createTestBot(withConfig, { config: { greeting: "Ahoj" } });
  same<string | undefined>()((await bot.receive("!hello"))[0]?.text);
  // @ts-expect-error: the config has no such property
  await createTestBot(withConfig, { config: { greting: "Ahoj" } });
  // @ts-expect-error: the greeting is a text
  await createTestBot(withConfig, { config: { greeting: 7 } });
}

/** Contexts can be named, for functions of the author's own. */
export const named = (ctx: CommandContext<{ n: number }>): number => ctx.args.n;
export const retry = (error: RetryLater): number => error.data.seconds;
