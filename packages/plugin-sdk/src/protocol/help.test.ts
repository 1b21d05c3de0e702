import { describe, expect, test } from "vitest";
import { type CommandGroup, helpText } from "./help.ts";

const dice: CommandGroup = {
  name: "Dice",
  commands: [
    { name: "roll", usage: "!roll <sides>", description: "Roll <b>" },
    { name: "r", usage: "!roll <sides>", description: "Roll <b>", aliasOf: "roll" },
    { name: "cheat", usage: "!cheat", description: "Cheat", hidden: true },
    { name: "help", usage: "!help [command…]", description: "Show", builtIn: true },
  ],
};
const feeds: CommandGroup = {
  name: "Feeds",
  commands: [
    { name: "feed", path: "feed add", usage: "!feed add <url>", description: "Follow" },
    { name: "feed", path: "feed list", usage: "!feed list", description: "List" },
  ],
};

describe("the list", () => {
  test("of one plugin has no heading, and its HTML is escaped; aliases, hidden ones and itself are not in it", () => {
    expect(helpText([dice])).toEqual({
      text: "!roll <sides> – Roll <b>",
      html: "<ul><li><code>!roll &lt;sides&gt;</code> – Roll &lt;b&gt;</li></ul>",
    });
  });

  test("of several plugins is grouped by their names", () => {
    expect(helpText([dice, feeds]).text).toBe(
      "Dice\n!roll <sides> – Roll <b>\n\nFeeds\n!feed add <url> – Follow\n!feed list – List",
    );
    expect(helpText([dice, feeds]).html).toContain("<p><strong>Feeds</strong></p><ul><li>");
  });

  test("has what two instances of a plugin share once", () => {
    expect(helpText([{ name: "Dice", commands: [...dice.commands, ...dice.commands] }]).text).toBe(
      helpText([dice]).text,
    );
  });

  test("fits into an event, whatever plugins say of themselves", () => {
    const commands = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ name: `c${n}`, usage: `!c${n}`, description: "x".repeat(1_000) },
    }));
    const { text, html } = helpText([{ name: "Long", commands }]);
    expect(text.length + html.length).toBeLessThan(60_000);
    expect(text).toMatch(/… and \d+ more\.$/);
  });

  test("says so where there is nothing", () => {
    expect(helpText([]).text).toBe("There are no commands here.");
  });
});

describe("about one command", () => {
  test.each([
    ["roll", "!roll <sides> – Roll <b>\nAlso: r"],
    ["!ROLL", "!roll <sides> – Roll <b>\nAlso: r"],
    ["r", "!roll <sides> – Roll <b>\nAlso: r"],
    ["feed", "!feed add <url> – Follow\n!feed list – List"],
    ["feed  add", "!feed add <url> – Follow"],
    ["cheat", "!cheat – Cheat"],
    ["bake", 'There is no command "bake" here.'],
    ["help", 'There is no command "help" here.'],
  ])("%s", (about, text) => {
    expect(helpText([dice, feeds], about).text).toBe(text);
  });
});
