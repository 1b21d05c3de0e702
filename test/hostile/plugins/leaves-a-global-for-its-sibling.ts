import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Each instance has globals of its own. */
export default plugin({
  setup: `if (bot.config.name === "attacker") { globalThis.left = "here"; globalThis.Array = null; globalThis.console = null; globalThis.setTimeout = null; }`,
  go: `return "left";`,
  check: `return [typeof globalThis.left, typeof Array, typeof console, typeof setTimeout].join();`,
  expect: ({ checked }) => expect(checked).toBe("got undefined,function,object,function"),
});
