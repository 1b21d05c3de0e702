import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** In handlers, timers and promises. */
export default plugin({
  setup: `for (const value of [null, undefined, 0, "", false, NaN]) { setTimeout(() => { throw value; }, 1); Promise.reject(value); bot.on("m.x", () => { throw value; }); }`,
  go: `await ctx.sendEvent("m.x", {}); throw null;`,
  expect: ({ answer }) => expect(answer).toBe("refused: null"),
});
