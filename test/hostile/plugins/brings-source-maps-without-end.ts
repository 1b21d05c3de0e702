import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Whoever looks for a map with a pattern looks for ever. */
export default plugin({
  head: `${"//# sourceMappingURL=data:application/json\n".repeat(100_000)}`,
  setup: `bot.on("m.room.message", () => { throw new Error("so that a stack is mapped"); });`,
  go: `return "it fails after this";`,
  expect: ({ failed }) => expect(failed).toHaveLength(1),
});
