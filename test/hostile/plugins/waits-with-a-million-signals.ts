import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Timers that are no timers. */
export default plugin({
  go: `for (let n = 0; n < 20000; n++) AbortSignal.timeout(1e6 + n).addEventListener("abort", () => {}); return "waiting";`,
  expect: ({ answer }) => expect(answer).toBe("got waiting"),
});
