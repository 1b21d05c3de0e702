import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A `sourceURL` and a `sourceMappingURL` of its choice. */
export default plugin({
  go: `
    const text = "(() => { throw new Error('from elsewhere'); })()\\n//# source" + "URL=file://" + WORLD.secretFile + "\\n//# sourceMapping" + "URL=file://" + WORLD.secretFile;
    try { (0, eval)(text); } catch (error) { bot.log.error("it threw", error); throw error; }`,
  expect: ({ answer }) => expect(answer).toBe("refused: from elsewhere"),
});
