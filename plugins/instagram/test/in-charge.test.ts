import { createTestBot, type TestAnswer, type TestBot, type TestSender } from "@rookery/plugin-sdk/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import instagram from "../src/index.ts";
import { recorded } from "./recorded.ts";

const url = (code: string) => `https://www.instagram.com/p/${code}/`;

const SECRET = "!secret:test";

let bot: TestBot;
/** Codes that were looked up, in order. */
let asked: string[];

async function start(config: Record<string, unknown> = {}) {
  asked = [];
  bot = await createTestBot(instagram, {
    config,
    encryptedRooms: [SECRET],
    programs: {
      async "yt-dlp"(args) {
        if (args[0] === "--version") return { stdout: "2026.10.26\n" };
        if (args[0] === "--list-impersonate-targets") return { stdout: "" };
        const [, code = ""] = /\/(?:p|reel)\/(\w+)\//.exec(args.at(-1) ?? "") ?? [];
        asked.push(code);
        if (code.startsWith("gone")) return { exitCode: 1, stderr: "ERROR: [Instagram] C: HTTP Error 404" };
        return { stdout: recorded(code.startsWith("many") ? "carousel" : "picture") };
      },
    },
    download: (address) => ({ type: address.includes(".mp4") ? "video/mp4" : "image/jpeg", size: 1000 }),
  });
}

beforeEach(() => start());
afterEach(() => {
  expect(bot.openFiles).toBe(0);
  bot.stop();
  vi.useRealTimers();
});

const messages = (answers: readonly TestAnswer[]) => answers.filter(({ type }) => type === "m.room.message");
/** What the room shows of the bot now. */
const shown = () => messages(bot.sent).filter(({ redacted }) => !redacted);

function edit(target: string, body: string, from?: TestSender) {
  const content = {
    ...{ msgtype: "m.text", body: `* ${body}`, "m.new_content": { msgtype: "m.text", body } },
    "m.relates_to": { rel_type: "m.replace", event_id: target },
  };
  return bot.receive(content, from);
}
const redact = (target: string) => bot.receive({ redacts: target }, { type: "m.room.redaction" });
const react = (target: string, key: string, from?: TestSender) =>
  bot.receive(
    { "m.relates_to": { rel_type: "m.annotation", event_id: target, key } },
    { ...from, type: "m.reaction" },
  );

describe("who posted a link", () => {
  test("removes the answer with the message, all of it", async () => {
    await bot.receive(url("many"), { eventId: "$link" });
    expect(shown()).toHaveLength(12);
    await redact("$link");
    expect(shown()).toEqual([]);
  });

  test("removes a sentence about it, too", async () => {
    await bot.receive(url("gone"), { eventId: "$link" });
    expect(shown()).toHaveLength(1);
    await redact("$link");
    expect(shown()).toEqual([]);
  });

  test("removes it by editing the link away, and keeps what stays", async () => {
    await bot.receive(`${url("aaa")} ${url("bbb")}`, { eventId: "$link" });
    const [first, second] = shown();
    await edit("$link", `only ${url("bbb")}`);
    expect([first?.redacted, second?.redacted]).toEqual([true, false]);
    expect(asked).toEqual(["aaa", "bbb"]);
  });

  test("gets an answer to a link that an edit brings, to the message that was edited", async () => {
    await bot.receive("no link yet", { eventId: "$text" });
    const answers = messages(await edit("$text", url("aaa")));
    expect(answers).toHaveLength(1);
    expect(answers[0]?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: "$text" } });
    await redact("$text");
    expect(shown()).toEqual([]);
  });

  test.each(["❌", "❌️", "✖️"])("removes it with %s on any part of it", async (cross) => {
    await bot.receive(`${url("many")} ${url("aaa")}`);
    const fifth = shown()[4];
    await react(fifth?.eventId ?? "", cross);
    expect(shown()).toHaveLength(1);
  });

  test("removes all of it with ❌ on the own message", async () => {
    await bot.receive(`${url("bbb")} ${url("aaa")}`, { eventId: "$link" });
    await react("$link", "❌");
    expect(shown()).toEqual([]);
  });

  test("is the only one who does, and with no other sign", async () => {
    await bot.receive(url("aaa"), { eventId: "$link" });
    const id = shown()[0]?.eventId ?? "";
    await react(id, "❌", { sender: "@eve:test" });
    await react("$link", "❌", { sender: "@eve:test" });
    await react(id, "👍");
    await edit("$link", "nothing", { sender: "@eve:test" });
    expect(shown()).toHaveLength(1);
  });

  test("of a link that is covered gets an answer that is covered", async () => {
    await bot.receive(`||${url("aaa")}||`);
    expect(shown()[0]?.content).toHaveProperty(["page.codeberg.everypizza.msc4193.spoiler"], true);
  });

  test("may want to be left alone everywhere, and no more", async () => {
    await bot.receive("!instagram me off");
    expect(messages(await bot.receive(url("aaa"), { roomId: "!other:test" }))).toEqual([]);
    expect(messages(await bot.receive(url("aaa"), { sender: "@eve:test" }))).toHaveLength(1);
    await bot.receive("!instagram me on");
    expect(messages(await bot.receive(url("aaa")))).toHaveLength(1);
  });
});

describe("a room's moderators", () => {
  const asModerator = { powerLevel: 50 };

  test("turn it off and on, for their room alone", async () => {
    await bot.receive("!instagram off", asModerator);
    expect(messages(await bot.receive(url("aaa")))).toEqual([]);
    expect(messages(await bot.receive(url("aaa"), { roomId: "!other:test" }))).toHaveLength(1);
    await bot.receive("!instagram on", asModerator);
    expect(messages(await bot.receive(url("aaa")))).toHaveLength(1);
  });

  test("make it quiet: posts come, and nothing beside them", async () => {
    await bot.receive("!instagram quiet", asModerator);
    const answers = await bot.receive(`${url("gone")} ${url("aaa")}`);
    expect(answers.map(({ content }) => content.msgtype)).toEqual(["m.image"]);
  });

  test("choose the captions of their room", async () => {
    await bot.receive("!instagram captions off", asModerator);
    await bot.receive(url("aaa"));
    expect(shown().at(-1)?.text).toMatch(/\.jpg$/);
    const [status] = await bot.receive("!instagram");
    expect(status?.text).toBe("Instagram links are shown here, with captions off.");
  });

  test("are the only ones who do", async () => {
    const answers = await bot.receive("!instagram off");
    expect(answers[0]?.text).toMatch(/Only this room's moderators/);
    expect(messages(await bot.receive(url("aaa")))).toHaveLength(1);
  });
});

describe("the same post again", () => {
  test("comes at once, from the homeserver's own copy, in any room, without a sign", async () => {
    const [first] = messages(await bot.receive(url("aaa")));
    const again = await bot.receive(`see ${url("aaa")}`, { roomId: "!other:test" });
    expect(again).toHaveLength(1);
    expect(asked).toEqual(["aaa"]);
    const { "m.relates_to": _before, ...content } = first?.content ?? {};
    const { "m.relates_to": relation, ...kept } = again[0]?.content ?? {};
    expect(kept).toEqual(content);
    expect(relation).toBeDefined();
  });

  test("has the caption that its room wants", async () => {
    await bot.receive(url("aaa"));
    await bot.receive("!instagram captions full", { roomId: "!other:test", powerLevel: 50 });
    const [again] = messages(await bot.receive(url("aaa"), { roomId: "!other:test" }));
    expect(again?.text).toContain("\n\n");
  });

  test("is fetched anew when its time is over, and where it failed", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await bot.receive(url("aaa"));
    await bot.receive(url("gone"));
    await bot.receive(url("gone"));
    vi.setSystemTime(Date.now() + 61 * 60_000);
    await bot.receive(url("aaa"));
    expect(asked).toEqual(["aaa", "gone", "gone", "aaa"]);
  });

  test("is fetched anew in an encrypted room, and what is sent there is not kept", async () => {
    await bot.receive(url("aaa"));
    await bot.receive(url("aaa"), { roomId: SECRET });
    await bot.receive(url("bbb"), { roomId: SECRET });
    await bot.receive(url("bbb"));
    expect(asked).toEqual(["aaa", "aaa", "bbb", "bbb"]);
  });

  test("at the same time is fetched once", async () => {
    const rooms = ["!a:test", "!b:test", "!c:test"];
    const answers = await Promise.all(rooms.map((roomId) => bot.receive(url("many"), { roomId })));
    expect(asked).toEqual(["many"]);
    for (const each of answers) expect(messages(each)).toHaveLength(12);
  });

  test("that fails at the same time is told everywhere", async () => {
    const rooms = ["!a:test", "!b:test"];
    const answers = await Promise.all(rooms.map((roomId) => bot.receive(url("gone"), { roomId })));
    expect(asked).toEqual(["gone"]);
    expect(answers.map((each) => messages(each)[0]?.text)).toEqual([
      "This post was deleted or never existed.",
      "This post was deleted or never existed.",
    ]);
  });

  test("in a run that repeats a message after a crash, the same is sent in the same order", async () => {
    const kinds = (answers: TestAnswer[]) => answers.map(({ type, content }) => [type, content.filename]);
    const first = kinds(await bot.receive(url("many")));
    expect(kinds(await bot.runAgain())).toEqual(first);
  });
});

describe("whoever asks for much", () => {
  test("reads when it goes on, once for a message, and is answered then", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    bot.stop();
    await start({ perPerson: 2 });
    const answers = messages(await bot.receive(`${url("aaa")} ${url("bbb")} ${url("ccc")} ${url("ddd")}`));
    expect(answers.map(({ text }) => text).at(-1)).toBe(
      "That is more than 2 posts from you in ten minutes; I go on in 10 minutes.",
    );
    expect(answers).toHaveLength(3);
    expect(messages(await bot.receive(url("eee"), { sender: "@eve:test" }))[0]?.content.msgtype).toBe(
      "m.image",
    );
    vi.setSystemTime(Date.now() + 10 * 60_000);
    expect(messages(await bot.receive(url("fff")))[0]?.content.msgtype).toBe("m.image");
  });

  test("with others in one room is limited there, and nowhere else", async () => {
    bot.stop();
    await start({ perRoom: 1 });
    await bot.receive(url("aaa"));
    const [refused] = messages(await bot.receive(url("bbb"), { sender: "@eve:test" }));
    expect(refused?.text).toMatch(/^That is more than 1 posts in this room/);
    expect(messages(await bot.receive(url("bbb"), { roomId: "!other:test" }))[0]?.content.msgtype).toBe(
      "m.image",
    );
  });
});
