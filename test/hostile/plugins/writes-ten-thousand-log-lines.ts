import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Within a moment, forged ones among them. */
export default plugin({
  go: `for (let n = 0; n < 10000; n++) bot.log.error("line " + n + "\\n[hello] Rookery: an operator's own words \\u001b[2J"); return "written";`,
  expect: ({ answer, logs, rookery }) => {
    expect(answer).toBe("got written");
    expect(logs.length).toBeLessThanOrEqual(500);
    expect(rookery.log()).not.toContain("\u001b[2J");
  },
});
