import { expect, test } from "vitest";
import { definePlugin } from "../index.ts";
import { createTestBot } from "./index.ts";

const moderator = definePlugin({
  setup(bot) {
    const { rooms } = bot;
    bot.hears("spam", async (ctx) => {
      await ctx.redact({ eventId: ctx.event.event_id });
      await rooms.ban(ctx.room.roomId, ctx.sender.userId);
      await rooms.ban(ctx.room.roomId, ctx.sender.userId);
    });
    bot.command("open", "Make a room", async (ctx) => {
      const { roomId } = await ctx.createRoom({ name: "Incident", invite: [ctx.sender.userId] });
      await rooms.setState(roomId, "m.room.topic", { topic: "What broke?" });
      const topic = await rooms.getState<{ topic: string }>(roomId, "m.room.topic");
      const none = await rooms.getState(roomId, "m.room.avatar");
      await ctx.reply(`${topic?.topic} ${none}`);
    });
    bot.command("recap", "What was said", async (ctx) => {
      const said: unknown[] = [];
      for (let from: string | undefined, more = true; more; ) {
        const page = await rooms.history(ctx.room.roomId, { limit: 2, ...(from ? { from } : {}) });
        said.push(...page.events.map(({ content }) => content.body));
        more = page.next !== null;
        from = page.next ?? undefined;
      }
      await ctx.reply(said.join(", "));
    });
    bot.command("who", "Who is here", async (ctx) =>
      ctx.reply((await rooms.members(ctx.room.roomId)).map(({ userId }) => userId).join(", ")),
    );
    bot.command("rename", "Sneak in", (ctx) =>
      rooms.setState(ctx.room.roomId, "m.room.member", { membership: "ban" }, ctx.sender.userId),
    );
    bot.schedule("weekly", "0 9 * * MON", (ctx) => ctx.createRoom({ name: "Week" }));
  },
});

test("a room that was made is there to be looked at", async () => {
  const bot = await createTestBot(moderator);

  const [answer] = await bot.receive("!open");

  expect(answer?.text).toBe("What broke? undefined");
  const made = [...bot.rooms.values()].find((room) => room.state("m.room.name")?.name === "Incident");
  expect(made?.state("m.room.topic")).toEqual({ topic: "What broke?" });
  expect(made?.members.get("@ada:test")).toBe("invite");
  await bot.runSchedule("weekly");
  expect(bot.outcome?.status).toBe("done");
});

test("who was banned and what was removed can be looked at", async () => {
  const bot = await createTestBot(moderator);

  await bot.receive("spam");

  expect(bot.outcome?.status).toBe("done");
  expect(bot.removed).toEqual(["$event1"]);
  expect(bot.rooms.get("!room:test")?.members.get("@ada:test")).toBe("ban");
});

test("the history is what was said, newest first, page by page", async () => {
  const bot = await createTestBot(moderator);
  await bot.receive("one");
  await bot.receive("two");

  const [answer] = await bot.receive("!recap");

  expect(answer?.text).toBe("!recap, two, one");
  expect((await bot.receive("!who"))[0]?.text).toBe("@bot:test, @ada:test");
});

test.each([
  ["!open", ["invite", "state"], "create"],
  ["!open", ["create", "state"], "invite"],
  ["!open", ["create", "invite"], "state"],
  ["!recap", ["state"], "history"],
] as const)("%s with only %j is refused", async (message, rooms, needed) => {
  const bot = await createTestBot(moderator, { rooms });

  await bot.receive(message);

  const text = expect.stringContaining(`"rooms: ${needed}"`);
  expect(bot.outcome?.error).toMatchObject({ code: "PERMISSION_DENIED", message: text });
});

test("who is a member is no setting", async () => {
  const bot = await createTestBot(moderator);

  await bot.receive("!rename");

  expect(bot.outcome?.error).toMatchObject({ code: "BAD_REQUEST" });
});
