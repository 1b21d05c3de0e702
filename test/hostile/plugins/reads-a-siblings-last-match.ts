import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** `RegExp.$1` and its kin remember what somebody matched last. */
export default plugin({
  setup: `if (bot.config.name === "sibling") setInterval(() => /(.*)/.exec(bot.config.secret), 1);`,
  go: `
    await new Promise((resolve) => setTimeout(resolve, 50));
    return ["$1", "$_", "$&", "input", "lastMatch", "lastParen"].map((name) => RegExp[name] ?? Object.getPrototypeOf(RegExp)[name] ?? null);`,
  check: `return "there";`,
  expect: ({ answer }) => expect(answer).toBe("got [null,null,null,null,null,null]"),
});
