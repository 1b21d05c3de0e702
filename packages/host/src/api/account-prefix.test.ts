import { expect, test } from "vitest";
import { startAccountHost } from "../testing/account-host.ts";
import { startTestHost } from "../testing/host.ts";

const SETUP = `
  bot.command("who", { description: "Say your name", args: { n: Type.Integer() } }, (ctx) => ctx.reply("me " + ctx.args.n));
  bot.command("rhelp", "Begins with a letter that is a prefix", () => undefined);`;

test("an account's bots are called by its prefix, by a room's own, and by name; help and errors name them", async () => {
  const { ada, invite, joined, answered, change, call, account, dataDir, close } =
    await startAccountHost(SETUP);
  const [room, other] = [await invite(), await invite()];
  await joined(room);
  await joined(other);
  await ada.say(room, "!who 1");
  await answered(room, "me 1");

  const changed = await change({ prefix: "r", roomPrefixes: { [other]: "bot." } });
  expect(changed.body).toMatchObject({ prefix: "r", roomPrefixes: { [other]: "bot." } });
  expect((await call("GET", "/instances/bot")).body.status).toBe("running");
  await ada.say(room, "!who 2");
  await ada.say(other, "rwho 2");
  await ada.say(room, "rwho 3");
  await answered(room, "me 3");
  await ada.say(other, "bot.who 4");
  await answered(other, "me 4");
  await ada.say(other, "bot.who");
  await answered(other, '"n" is missing. Usage: bot.who <n>');
  await ada.say(room, "Bot: who 5");
  await answered(room, "me 5");
  await ada.say(room, "rhelp");
  await ada.say(room, "@bot:test, help");
  await answered(room, "rwho <n> – Say your name\nrrhelp – Begins with a letter that is a prefix");
  await call("PUT", `${account}/profile`, { body: { displayName: "Rook the Wise" } });
  await ada.say(room, "rook the wise: who 6");
  await answered(room, "me 6");

  // What comes while the host is away is matched as it is called, before its worker runs.
  await close();
  await ada.say(room, "rwho 7");
  await ada.say(room, "!who 7");
  await ada.say(room, "Rook the Wise: who 8");
  await ada.say(other, "bot.who 9");
  await startTestHost({ dataDir });
  await answered(room, "me 8");
  await answered(room, "me 7");
  await answered(other, "me 9");
  const bodies = [...(await ada.messages(room)), ...(await ada.messages(other))].map(({ body }) => body);
  expect(bodies.filter((body) => String(body).startsWith("me ")).toSorted()).toEqual(
    [1, 3, 4, 5, 6, 7, 8, 9].map((n) => `me ${n}`),
  );
});

test("what is edited into a command is none, whatever the prefix", async () => {
  const { ada, invite, joined, answered, change } = await startAccountHost(SETUP);
  const room = await invite();
  await joined(room);
  await change({ prefix: "#" });
  const first = await ada.say(room, "hello");
  await ada.client.sendMessage(room, {
    ...{ msgtype: "m.text", body: "#who 1" },
    "m.new_content": { msgtype: "m.text", body: "#who 1" },
    "m.relates_to": { rel_type: "m.replace", event_id: first },
  });
  await ada.say(room, "#who 2");
  await answered(room, "me 2");
  expect((await ada.messages(room)).map(({ body }) => body)).not.toContain("me 1");
});

test.each([{ prefix: "" }, { prefix: "a b" }, { prefix: "x".repeat(17) }, { roomPrefixes: { room: "!" } }])(
  "%j is no prefix",
  async (body) => {
    const { change } = await startAccountHost();
    expect((await change(body)).body).toMatchObject({ code: "BAD_REQUEST" });
  },
);
