import { describe, expect, test } from "vitest";
import { type BotFile, definePlugin, HostError, Type, UserError } from "../index.ts";
import { createTestBot } from "./index.ts";

const greeter = definePlugin({
  config: Type.Object({
    greeting: Type.String({ default: "Hello" }),
    times: Type.Integer({ default: 1, maximum: 3 }),
  }),
  setup(bot) {
    bot.command("hello", "Greet", async (ctx) => {
      for (let n = 0; n < bot.config.times; n++) {
        await ctx.reply(`${bot.config.greeting}, ${ctx.sender.displayName}!`);
      }
    });
  },
});

describe("config", () => {
  test("has its defaults filled in", async () => {
    const bot = await createTestBot(greeter, { config: { times: 2 } });

    const answers = await bot.receive("!hello");

    expect(answers.map(({ text }) => text)).toEqual(["Hello, Ada!", "Hello, Ada!"]);
  });

  test("that does not fit is refused with the place", async () => {
    await expect(createTestBot(greeter, { config: { times: 4 } })).rejects.toThrow(
      "The config does not fit: /times must be <= 3.",
    );
  });

  test("that was handed in stays as it is", async () => {
    const config = { times: 1 };
    await createTestBot(greeter, { config });

    expect(config).toEqual({ times: 1 });
  });
});

describe("receive", () => {
  test("gives what the bot sent for this message, and keeps it all", async () => {
    const bot = await createTestBot(greeter);

    const [first, second] = await Promise.all([
      bot.receive("!hello", { displayName: "Grace", roomId: "!a:test" }),
      bot.receive("!hello", { sender: "@linus:test", displayName: "Linus", roomId: "!b:test" }),
    ]);

    expect(first.map(({ text, roomId }) => [text, roomId])).toEqual([["Hello, Grace!", "!a:test"]]);
    expect(second.map(({ text, roomId }) => [text, roomId])).toEqual([["Hello, Linus!", "!b:test"]]);
    expect(bot.sent).toHaveLength(2);
  });

  test("takes whole contents and other event types", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.on("m.reaction", (ctx) => ctx.send(JSON.stringify(ctx.event.content)));
      },
    });
    const bot = await createTestBot(plugin);

    const [answer] = await bot.receive({ key: "👍" }, { type: "m.reaction" });

    expect(answer?.text).toBe('{"key":"👍"}');
  });

  test("shows how the event ended", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.hears("bug", () => {
          throw new TypeError("oops");
        });
        bot.hears("hint", () => {
          throw new UserError("Try !help.");
        });
      },
    });
    const bot = await createTestBot(plugin);
    expect(bot.outcome).toBeUndefined();

    expect(await bot.receive("a bug")).toEqual([]);
    expect(bot.outcome).toMatchObject({ status: "failed", ran: ["hears bug"], error: { message: "oops" } });

    expect((await bot.receive("a hint")).map(({ text }) => text)).toEqual(["Try !help."]);
    expect(bot.outcome).toMatchObject({ status: "done" });
  });

  test("refuses what is sent after the handler's end, as a host does", async () => {
    let late: (() => Promise<unknown>) | undefined;
    const plugin = definePlugin({
      setup(bot) {
        bot.hears("hi", (ctx) => {
          late = () => ctx.reply("too late");
        });
      },
    });
    const bot = await createTestBot(plugin);
    await bot.receive("hi");

    await expect(late?.()).rejects.toMatchObject({ code: "DELIVERY_ENDED" });
  });

  test("refuses what could not cross to a host", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.hears("hi", (ctx) => ctx.sendEvent("org.example.x", { when: (() => 1) as never }));
      },
    });
    const bot = await createTestBot(plugin);
    await bot.receive("hi");

    expect(bot.outcome?.error).toMatchObject({ code: "NOT_PLAIN_DATA" });
  });
});

describe("runSchedule", () => {
  const plugin = definePlugin({
    setup(bot) {
      bot.schedule("report", "0 9 * * *", async (ctx) => {
        const said = await ctx.sendTo("!a:test", `Due ${ctx.dueAt.toISOString()}`);
        await ctx.editIn("!a:test", said, "Nothing to report");
        await ctx.sendEventTo("!b:test", "org.example.report", { count: 0 });
        await ctx.redactIn("!a:test", said);
      });
      bot.schedule("wrong", "0 9 * * *", (ctx) => ctx.redactIn("!b:test", { eventId: "$answer1" }));
      bot.schedule("picture", "0 9 * * *", async (ctx) => {
        const file = await bot.files.fetch("https://cats.example.org/1");
        await ctx.sendFileTo("!a:test", file, { name: "cat.jpg" });
      });
    },
  });

  test("runs a schedule at a time, and gives what it sent into which room", async () => {
    const bot = await createTestBot(plugin);

    const answers = await bot.runSchedule("report", new Date("2026-01-01T09:00:00Z"));

    expect(answers.map(({ roomId, type, text, redacted }) => [roomId, type, text, redacted])).toEqual([
      ["!a:test", "m.room.message", "Due 2026-01-01T09:00:00.000Z", true],
      ["!a:test", "m.room.message", "* Nothing to report", false],
      ["!b:test", "org.example.report", "", false],
    ]);
    expect(bot.outcome).toMatchObject({ status: "done", ran: ["schedule report"] });
  });

  test("sends files", async () => {
    const bot = await createTestBot(plugin, { download: () => ({ type: "image/jpeg", size: 500 }) });

    const [answer] = await bot.runSchedule("picture");

    expect(answer).toMatchObject({ roomId: "!a:test", content: { msgtype: "m.image", body: "cat.jpg" } });
  });

  test("shows what a host would refuse", async () => {
    const bot = await createTestBot(plugin);
    await bot.runSchedule("report");

    expect(await bot.runSchedule("wrong")).toEqual([]);
    expect(bot.outcome).toMatchObject({ status: "failed", error: { code: "PERMISSION_DENIED" } });
  });

  test("says which schedules there are instead of one that is not", async () => {
    const bot = await createTestBot(plugin);

    await expect(bot.runSchedule("reports")).rejects.toThrow(
      'The plugin has no schedule "reports"; it has: report, wrong, picture.',
    );
  });
});

describe("what a bot does", () => {
  test("reactions, edits, removals, receipts and typing are seen", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.command("work", "Work", async (ctx) => {
          await ctx.markRead();
          await ctx.typing();
          const said = await ctx.progress(() => ctx.send("one"));
          await ctx.edit(said, "two");
          await ctx.redact(said);
        });
        bot.command("rest", "Rest", (ctx) => ctx.typing(false));
      },
    });
    const bot = await createTestBot(plugin);

    const answers = await bot.receive("!work");

    expect(answers.map(({ type, text, redacted }) => [type, text, redacted])).toEqual([
      ["m.reaction", "⏳", true],
      ["m.room.message", "one", true],
      ["m.room.message", "* two", false],
    ]);
    expect(bot.read).toEqual(["$event1"]);
    expect([...bot.typing]).toEqual(["!room:test"]);
    await bot.receive("!rest");
    expect(bot.typing.size).toBe(0);
  });

  test("only what it sent itself can be removed", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.hears("hi", (ctx) => ctx.redact({ eventId: ctx.event.event_id }));
      },
    });
    const bot = await createTestBot(plugin, { rooms: [] });
    await bot.receive("hi");

    expect(bot.outcome?.error).toMatchObject({ code: "PERMISSION_DENIED" });
    expect(bot.removed).toEqual([]);
  });

  test("its store keeps values between messages and lists them by prefix", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.command("set", { description: "Set", args: { key: Type.String(), n: Type.Integer() } }, (ctx) =>
          bot.store.set(ctx.args.key, { n: ctx.args.n }),
        );
        bot.command("unset", { description: "Unset", args: { key: Type.String() } }, (ctx) =>
          bot.store.delete(ctx.args.key),
        );
        bot.command("all", "All", async (ctx) => {
          const entries = await bot.store.list<{ n: number }>("a", { limit: 2 });
          const one = await bot.store.get("b");
          await ctx.send(JSON.stringify([entries, one ?? null]));
        });
      },
    });
    const bot = await createTestBot(plugin);
    for (const each of ["a3 3", "a1 1", "a2 2", "b 4"]) await bot.receive(`!set ${each}`);
    await bot.receive("!unset b");

    const [answer] = await bot.receive("!all");

    expect(JSON.parse(answer?.text ?? "")).toEqual([
      [
        { key: "a1", value: { n: 1 } },
        { key: "a2", value: { n: 2 } },
      ],
      null,
    ]);
  });

  test("a value that is no JSON is refused by the store", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.hears("hi", () => bot.store.set("key", undefined));
      },
    });
    const bot = await createTestBot(plugin);
    await bot.receive("hi");

    expect(bot.outcome?.error).toMatchObject({ code: "NOT_PLAIN_DATA" });
  });

  test("its log is there", async () => {
    const plugin = definePlugin({
      setup(bot) {
        bot.log.info("Ready as", bot.userId);
      },
    });
    const bot = await createTestBot(plugin);

    expect(bot.log).toEqual([{ level: "info", message: "Ready as @bot:test" }]);
  });
});

describe("programs", () => {
  const plugin = definePlugin({
    setup(bot) {
      bot.command("run", "Run", async (ctx) => {
        const { exitCode, stdout, timedOut } = await bot.programs.run("fortune", ["-s"]);
        await ctx.send(JSON.stringify({ exitCode, stdout, timedOut }));
      });
    },
  });

  test("are stand-ins, a success unless told", async () => {
    const bot = await createTestBot(plugin, {
      programs: { fortune: (args) => ({ stdout: args.join() }) },
    });

    const [answer] = await bot.receive("!run");

    expect(answer?.text).toBe('{"exitCode":0,"stdout":"-s","timedOut":false}');
  });

  test("that were not given are refused, as those that were not granted", async () => {
    const bot = await createTestBot(plugin);
    await bot.receive("!run");

    expect(bot.outcome?.error).toMatchObject({ code: "PERMISSION_DENIED" });
  });
});

describe("files", () => {
  const held: BotFile[] = [];
  const plugin = definePlugin({
    setup(bot) {
      bot.command("get", { description: "Get", args: { url: Type.String() } }, async (ctx) => {
        held.push(await bot.files.fetch(ctx.args.url));
      });
      bot.command("send", "Send", async (ctx) => {
        for (const file of held) {
          await file.upload("cat.jpg");
          await ctx.sendFile(file, { name: "cat.jpg", caption: "A cat", reply: true, width: 8 });
        }
      });
      bot.command("close", "Close", async () => {
        for (const file of held.splice(0)) await file.close();
      });
      bot.hears("mxc://", (ctx) => bot.files.download(ctx.text));
    },
  });

  test("are what the download stand-in says, open until they are closed", async () => {
    const bot = await createTestBot(plugin, {
      download: () => ({ type: "image/jpeg", size: 500, width: 4, height: 3 }),
    });
    await bot.receive("!get https://cats.example.org/1");
    expect(bot.openFiles).toBe(1);

    const [answer] = await bot.receive("!send");
    await bot.receive("!close");

    expect(answer?.content).toEqual({
      msgtype: "m.image",
      body: "A cat",
      filename: "cat.jpg",
      url: expect.stringMatching(/^mxc:/),
      info: { mimetype: "image/jpeg", size: 500, w: 4, h: 3 },
      "m.mentions": { user_ids: ["@ada:test"] },
      "m.relates_to": { "m.in_reply_to": { event_id: "$event2" } },
    });
    expect(bot.openFiles).toBe(0);
  });

  test("that are closed can be sent no more", async () => {
    const bot = await createTestBot(plugin, { download: () => ({ type: "image/jpeg", size: 500 }) });
    await bot.receive("!get https://cats.example.org/1");
    await held[0]?.close();

    await bot.receive("!send");

    held.length = 0;
    expect(bot.outcome?.error).toMatchObject({ code: "NO_SUCH_FILE" });
  });

  test("a failing download is what the plugin sees", async () => {
    const bot = await createTestBot(plugin, {
      download(url) {
        throw new HostError("HTTP_STATUS", `404 for ${url}`);
      },
    });

    await bot.receive("mxc://example.org/cat");

    expect(bot.outcome?.error).toMatchObject({
      code: "HTTP_STATUS",
      message: "404 for mxc://example.org/cat",
    });
  });

  test("without a stand-in there is no network", async () => {
    const bot = await createTestBot(plugin);
    await bot.receive("!get https://cats.example.org/1");

    expect(bot.outcome?.error).toMatchObject({ code: "NETWORK_FAILED" });
  });

  test("are gone when the bot stops, and its signal is aborted", async () => {
    let signal: AbortSignal | undefined;
    const holder = definePlugin({
      setup(bot) {
        signal = bot.signal;
        bot.hears("get", () => bot.files.fetch("https://cats.example.org/1"));
      },
    });
    const bot = await createTestBot(holder, { download: () => ({ type: "image/jpeg", size: 1 }) });
    await bot.receive("get");

    bot.stop();

    expect(bot.openFiles).toBe(0);
    expect(signal?.aborted).toBe(true);
  });
});

test("a setup that throws is the author's to see", async () => {
  const plugin = definePlugin({
    async setup() {
      throw new Error("no list");
    },
  });

  await expect(createTestBot(plugin)).rejects.toThrow("no list");
});
