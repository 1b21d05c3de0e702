import { describe, expect, test } from "vitest";
import type { Subscriptions } from "./delivery.ts";
import { commandName, createMatcher, messageText } from "./match.ts";

const message = (content: object) => ({
  type: "m.room.message",
  content: { msgtype: "m.text", body: "hello", ...content },
});

describe("messageText", () => {
  test("is the body of a text and of an emote", () => {
    expect(messageText(message({}))).toBe("hello");
    expect(messageText(message({ msgtype: "m.emote" }))).toBe("hello");
  });

  test("is null for notices, which are other bots' words, and for files", () => {
    expect(messageText(message({ msgtype: "m.notice" }))).toBeNull();
    expect(messageText(message({ msgtype: "m.image" }))).toBeNull();
  });

  test("is null for edits, which would be answered twice", () => {
    const edit = { "m.relates_to": { rel_type: "m.replace", event_id: "$1" } };

    expect(messageText(message(edit))).toBeNull();
  });

  test("leaves out what older clients put in front of a reply", () => {
    const body = "> <@ada:example.org> !roll 6\n> second line\n\n!hello there";
    const reply = { body, "m.relates_to": { "m.in_reply_to": { event_id: "$1" } } };

    expect(messageText(message(reply))).toBe("!hello there");
  });

  test("leaves out a quote that somebody typed first, and keeps a later one", () => {
    expect(messageText(message({ body: "> see !roll\n\nwhat is that?" }))).toBe("what is that?");
    expect(messageText(message({ body: "Ada:\n> see !roll" }))).toBe("Ada:\n> see !roll");
  });

  test("keeps a message that is nothing but a quote", () => {
    const reply = { body: "> a\n> b", "m.relates_to": { "m.in_reply_to": { event_id: "$1" } } };

    expect(messageText(message(reply))).toBe("> a\n> b");
  });

  test.each([
    undefined,
    null,
    "text",
    7,
    [],
    {},
    { body: 7 },
    { msgtype: "m.text" },
    { msgtype: "m.text", body: null },
  ])("is null where a stranger sent the content %o", (content) => {
    expect(messageText({ type: "m.room.message", content })).toBeNull();
  });

  test.each([null, 7, "x", []])("reads a message whose relation is %o", (relation) => {
    expect(messageText(message({ "m.relates_to": relation }))).toBe("hello");
  });

  test("is null for other events", () => {
    expect(messageText({ ...message({}), type: "m.sticker" })).toBeNull();
  });
});

describe("commandName", () => {
  test.each([
    ["!hello", "hello"],
    ["!Hello there", "hello"],
    ["!hello\nthere", "hello"],
    ["!", null],
    ["! hello", null],
    [" !hello", null],
    ["hello!", null],
    ["", null],
  ])("of %j is %j", (text, name) => {
    expect(commandName(text, "!")).toBe(name);
  });

  test("reads a longer prefix", () => {
    expect(commandName("bot: roll 6", "bot: ")).toBe("roll");
  });
});

describe("createMatcher", () => {
  const subscriptions = (some: Partial<Subscriptions>): Subscriptions => ({
    prefix: "!",
    commands: [],
    texts: [],
    everyText: false,
    types: [],
    schedules: [],
    webhooks: [],
    ...some,
  });
  const says = (body: string) => message({ body });

  test("wants the commands there are, and no others", () => {
    const wants = createMatcher(
      subscriptions({ commands: [{ name: "hello", usage: "!hello", description: "" }] }),
    );

    expect(["!hello", "!HELLO x", "!help", "hello"].map((text) => wants(says(text)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("wants texts wherever they stand, in any case", () => {
    const wants = createMatcher(subscriptions({ texts: ["example.org/"] }));

    expect(wants(says("see https://EXAMPLE.org/1"))).toBe(true);
    expect(wants(says("see example.com"))).toBe(false);
  });

  test("wants every text where a regular expression looks at them, and still no notice", () => {
    const wants = createMatcher(subscriptions({ everyText: true }));

    expect(wants(says("anything"))).toBe(true);
    expect(wants(message({ msgtype: "m.notice" }))).toBe(false);
  });

  test("wants all events of a type that is subscribed to", () => {
    const wants = createMatcher(subscriptions({ types: ["m.reaction", "m.room.message"] }));

    expect(wants({ type: "m.reaction", content: {} })).toBe(true);
    expect(wants(message({ msgtype: "m.notice" }))).toBe(true);
    expect(wants({ type: "m.sticker", content: {} })).toBe(false);
  });

  test("wants nothing where nothing is subscribed to", () => {
    expect(createMatcher(subscriptions({}))(says("!hello"))).toBe(false);
  });
});
