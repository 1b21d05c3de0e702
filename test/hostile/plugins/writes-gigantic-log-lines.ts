import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Of five megabytes each. */
export default plugin({
  go: `const line = "x".repeat(5e6); for (let n = 0; n < 200; n++) { bot.log.info(line); if (n % 20 === 0) console.error(line, { line }); } return "written";`,
  expect: ({ answer, logs }) => {
    expect(answer).toBe("got written");
    expect(Math.max(...logs.map(({ message }) => message.length))).toBeLessThanOrEqual(8000);
  },
});
