import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Every request of it would stand before the other bots' in the line. */
export default plugin({
  go: `
    const calls = Array.from({ length: 3000 }, (_, n) => (n % 2 ? ctx.typing() : bot.files.download("mxc://test/none" + n)).catch(() => {}));
    await Promise.all(calls);
    return "flooded";`,
  expect: ({ answer }) => expect(answer).toBe("got flooded"),
});
