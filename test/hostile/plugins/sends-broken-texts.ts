import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Half a surrogate, NUL, direction marks, line ends in all fields. */
export default plugin({
  go: `
    const texts = ["\\ud800", "\\u0000", "\\u202e", "\\r\\nX-Header: 1", "\\uffff"];
    for (const text of texts) {
      await ctx.sendEvent("m.x" + text, { [text]: text }).catch(() => {});
      await ctx.react(text).catch(() => {});
      await bot.store.set("k" + text, text).catch(() => {});
      bot.log.info(text);
    }
    return "tried";`,
  expect: ({ answer }) => expect(answer).toBe("got tried"),
});
