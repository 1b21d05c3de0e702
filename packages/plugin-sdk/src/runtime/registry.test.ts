import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Context, HearsContext } from "../context.ts";
import { Type } from "../index.ts";
import { createMatcher } from "../protocol/match.ts";
import { createContext } from "./context.ts";
import type { HostLink } from "./host-link.ts";
import { createRegistry } from "./registry.ts";

const event = (content: object, type = "m.room.message") => ({
  type,
  event_id: "$1",
  sender: "@ada:example.org",
  origin_server_ts: 0,
  content: { msgtype: "m.text", ...content },
});
const NO_HOST: HostLink = {
  call: () => Promise.reject(new Error("no host")),
  notify: () => undefined,
  database: () => ({ error: "no host" }),
};
const ctx = (content: object, type?: string) =>
  createContext(
    { id: 1, roomId: "!room:example.org", event: "", senderName: null },
    event(content, type),
    NO_HOST,
    () => new AbortController().signal,
  );
const says = (body: string) => ctx({ body });
const ignore = () => undefined;

describe("which handlers run", () => {
  function registered() {
    const registry = createRegistry("!");
    registry.on("m.room.message", ignore);
    registry.hears("hello", ignore);
    registry.hears(/hel+o/, ignore);
    registry.command("hello", { description: "", aliases: ["Hi"] }, ignore);
    registry.on("m.reaction", ignore);
    return (given: Context) => registry.match(given).map(({ name }) => name);
  }

  test("a command keeps hears out, and comes before the events", () => {
    expect(registered()(says("!hello"))).toEqual(["!hello", "m.room.message"]);
  });

  test("an alias is as good as the name, in any case", () => {
    expect(registered()(says("!hI"))).toEqual(["!hi", "m.room.message"]);
  });

  test("each hears that finds something runs, in the order of registration", () => {
    expect(registered()(says("Oh, hello!"))).toEqual(["hears hello", "hears /hel+o/", "m.room.message"]);
  });

  test("an unknown command is a text like others", () => {
    expect(registered()(says("!nohello"))).toEqual(["hears hello", "hears /hel+o/", "m.room.message"]);
  });

  test("other events reach the handlers of their type", () => {
    expect(registered()(ctx({}, "m.reaction"))).toEqual(["m.reaction"]);
    expect(registered()(ctx({}, "m.sticker"))).toEqual([]);
  });

  test("notices and edits reach only who asked for the event type", () => {
    const edit = { body: "!hello", "m.relates_to": { rel_type: "m.replace", event_id: "$0" } };

    expect(registered()(ctx({ body: "!hello", msgtype: "m.notice" }))).toEqual(["m.room.message"]);
    expect(registered()(ctx(edit))).toEqual(["m.room.message"]);
  });
});

describe("what hears finds", () => {
  function matchOf(pattern: string | RegExp, text: string): RegExpMatchArray | undefined {
    const registry = createRegistry("!");
    const handler = vi.fn<(ctx: HearsContext) => void>();
    registry.hears(pattern, handler);
    for (const { run } of registry.match(says(text))) run();
    return handler.mock.lastCall?.[0].match;
  }

  test("is the text as it was typed, and where it stands", () => {
    const match = matchOf("Hello", "oh, HELLO there");

    expect([...(match ?? [])]).toEqual(["HELLO"]);
    expect(match?.index).toBe(4);
  });

  test("is the match of a regular expression, with its groups", () => {
    expect(matchOf(/issue #(?<number>\d+)/, "see issue #12")?.groups).toEqual({ number: "12" });
  });

  test.each(["g", "y", "gy"])("is found anew in each message with the flag %s", (flags) => {
    const pattern = new RegExp("#(\\d+)", flags);

    expect([1, 2].map(() => matchOf(pattern, "#1 #2")?.[1])).toEqual(["1", "1"]);
  });
});

describe("what is refused", () => {
  test.each([
    ["white space other than a blank in a name", "two\twords", /without white space/],
    ["a name of four words", "one two three four", /up to three/],
    ["an empty name", "", /1 to 64 characters/],
    ["a name with the prefix", "!hello", /Leave the "!" out/],
  ])("%s", (_, name, message) => {
    expect(() => createRegistry("!").command(name, { description: "" }, ignore)).toThrow(message);
  });

  test("a command that is there already, as a name or an alias", () => {
    const registry = createRegistry("!");
    registry.command("hello", { description: "", aliases: ["hi"] }, ignore);

    expect(() => registry.command("HI", { description: "" }, ignore)).toThrow(
      'The command "hi" is there already.',
    );
  });

  test.each(["", "two words", "a/b", "x".repeat(65)])('a schedule named "%s"', (name) => {
    expect(() => createRegistry("!").schedule(name, "* * * * *", ignore)).toThrow(/A schedule's name is/);
  });

  test("more than the host would compare messages with, or keep", () => {
    const registry = createRegistry("!");
    for (let n = 0; n < 1_000; n++) {
      registry.command(`c${n}`, { description: "" }, ignore);
      registry.hears(`text ${n}`, ignore);
      registry.on(`m.type.${n}`, ignore);
    }
    expect(() => registry.command("c", { description: "" }, ignore)).toThrow("up to 1000 commands");
    expect(() => registry.hears("text", ignore)).toThrow("up to 1000 texts");
    expect(() => registry.on("m.type", ignore)).toThrow("up to 1000 handlers");
    const other = createRegistry("!");
    expect(() => other.command("c", { description: "x".repeat(1_001) }, ignore)).toThrow("1000 characters");
    expect(() => other.on(5 as never, ignore)).toThrow("is a text");
    expect(() => other.hears({} as never, ignore)).toThrow("is a text");
  });

  test.each([
    "",
    "github",
    "/a b",
    "/a/",
    "//a",
    "/../a",
    "/a/..",
    "/./a",
    "/ä",
    "/%41",
    "/a?b",
    `/${"x".repeat(200)}`,
  ])('a webhook at "%s", which a client could write in another way, too', (path) => {
    expect(() => createRegistry("!").webhook(path, {}, ignore)).toThrow(/A webhook's path is/);
  });

  test("a webhook of another method", () => {
    const method = "get" as never;
    expect(() => createRegistry("!").webhook("/a", { method }, ignore)).toThrow('DELETE, not "get".');
  });

  test("a webhook that is there already, with this method", () => {
    const registry = createRegistry("!");
    registry.webhook("/a", {}, ignore);
    registry.webhook("/a", { method: "GET" }, ignore);
    expect(() => registry.webhook("/a", { reply: true }, ignore)).toThrow(
      'The webhook "POST /a" is there already.',
    );
  });

  test("a schedule that is there already", () => {
    const registry = createRegistry("!");
    registry.schedule("report", "0 9 * * *", ignore);

    expect(() => registry.schedule("report", "0 10 * * *", ignore)).toThrow(
      'The schedule "report" is there already.',
    );
  });

  test("everything after setup has ended, since the host would not deliver it", () => {
    const registry = createRegistry("!");
    registry.close();

    expect(() => registry.command("late", { description: "" }, ignore)).toThrow(/setup\(\) has ended/);
    expect(() => registry.hears(/late/, ignore)).toThrow(/setup\(\) has ended/);
    expect(() => registry.on("m.reaction", ignore)).toThrow(/setup\(\) has ended/);
    expect(() => registry.schedule("late", "* * * * *", ignore)).toThrow(/setup\(\) has ended/);
  });
});

describe("what the host is told", () => {
  test("commands with their aliases, texts in lower case, regular expressions as all texts, types once", () => {
    const registry = createRegistry("!");
    registry.command(
      "Roll",
      { description: "Roll dice", args: { sides: Type.Integer() }, aliases: ["r"] },
      ignore,
    );
    registry.hears("Example.org", ignore);
    registry.on("m.reaction", ignore);
    registry.on("m.reaction", ignore);

    expect(registry.subscriptions()).toEqual({
      prefix: "!",
      commands: [
        { name: "roll", usage: "!Roll <sides>", description: "Roll dice" },
        { name: "r", aliasOf: "roll", usage: "!Roll <sides>", description: "Roll dice" },
      ],
      texts: ["example.org"],
      everyText: false,
      types: ["m.reaction"],
      schedules: [],
      webhooks: [],
    });
    registry.hears(/x/, ignore);
    expect(registry.subscriptions().everyText).toBe(true);
  });

  test("webhooks as they were registered, POST and without a reply unless told", () => {
    const registry = createRegistry("!");
    registry.webhook("/", {}, ignore);
    registry.webhook("/a.b/c~d/..e", { method: "GET", reply: true }, ignore);

    expect(registry.subscriptions().webhooks).toEqual([
      { method: "POST", path: "/", reply: false },
      { method: "GET", path: "/a.b/c~d/..e", reply: true },
    ]);
  });

  test("schedules as they were registered, in UTC and with the instance's catch-up age unless told", () => {
    const registry = createRegistry("!");
    registry.schedule("hourly", "0 * * * *", ignore);
    const cron = "0 9 * * MON-FRI";
    registry.schedule("report", { cron, timeZone: "Europe/Berlin", catchUpSeconds: 60 }, ignore);

    expect(registry.subscriptions().schedules).toEqual([
      { name: "hourly", cron: "0 * * * *", timeZone: "UTC", catchUpSeconds: null },
      { name: "report", cron, timeZone: "Europe/Berlin", catchUpSeconds: 60 },
    ]);
  });

  test("is never less than what handlers run for", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 4 }),
      fc.constantFrom("a", "İ", "ß", "Σ", "ς", "K", "ǅ"),
    );
    const name = word.filter((each) => /^[^\s!]\S*$/u.test(each));
    const setup = fc.record({
      commands: fc.uniqueArray(name, { maxLength: 3, selector: (each) => each.toLowerCase() }),
      texts: fc.array(word, { maxLength: 3 }),
      regex: fc.option(fc.constantFrom(/a/, /^$/, /\s/), { nil: undefined }),
      types: fc.subarray(["m.reaction", "m.room.message"]),
    });
    const body = fc.array(fc.oneof(word, fc.constantFrom("!", " ", "> ", "\n")), { maxLength: 8 });
    const content = fc.record(
      {
        body: body.map((parts) => parts.join("")),
        msgtype: fc.constantFrom("m.text", "m.emote", "m.notice"),
        "m.relates_to": fc.constantFrom(
          { rel_type: "m.replace" },
          { "m.in_reply_to": { event_id: "$0" } },
          null,
        ),
      },
      { requiredKeys: ["body"] },
    );

    fc.assert(
      fc.property(setup, content, fc.constantFrom("m.room.message", "m.reaction"), (wanted, given, type) => {
        const registry = createRegistry("!");
        for (const each of wanted.commands) registry.command(each, { description: "" }, ignore);
        for (const each of wanted.texts) registry.hears(each, ignore);
        if (wanted.regex) registry.hears(wanted.regex, ignore);
        for (const each of wanted.types) registry.on(each, ignore);
        const wants = createMatcher(registry.subscriptions());

        const runs = registry.match(ctx(given, type));
        if (runs.length > 0) expect(wants(event(given, type))).toBe(true);
        if (!wanted.regex) expect(wants(event(given, type))).toBe(runs.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what became of an earlier event", () => {
  test.each([
    [
      "edit",
      {
        body: "* new",
        "m.new_content": { body: "new" },
        "m.relates_to": { rel_type: "m.replace", event_id: "$0" },
      },
      "m.room.message",
      "new",
    ],
    ["redaction", { redacts: "$0" }, "m.room.redaction", ""],
    [
      "reaction",
      { "m.relates_to": { rel_type: "m.annotation", event_id: "$0", key: "❌" } },
      "m.reaction",
      "",
    ],
  ])("on %s names it, and no command runs", async (kind, content, type, text) => {
    const registry = createRegistry("!");
    const handler = vi.fn();
    registry.on(kind, handler);
    registry.hears("new", ignore);
    const runs = registry.match(ctx(content, type));
    expect(runs.map(({ name }) => name)).toEqual([kind]);
    await runs[0]?.run();
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ target: { eventId: "$0" }, text });
  });
});
