import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Message, stack, code and data of many megabytes. */
export default plugin({
  setup: `bot.on("m.room.message", () => { const big = "x".repeat(2e7); throw Object.assign(new Error(big), { stack: big, code: big, data: { big } }); });`,
  go: `return "it fails after this";`,
  expect: ({ failed }) => expect(JSON.stringify(failed).length).toBeLessThan(50_000),
});
