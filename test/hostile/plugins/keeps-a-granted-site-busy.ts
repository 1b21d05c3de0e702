import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** With a hundred requests that do not end. */
export default plugin({
  permissions: ({ site }) => ({ network: [site] }),
  go: `for (let n = 0; n < 100; n++) fetch("http://" + WORLD.site + "/slow").catch(() => {}); return "asked";`,
  expect: ({ answer }) => expect(answer).toBe("got asked"),
});
