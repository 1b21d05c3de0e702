import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Timers of browsers evaluate texts. */
export default plugin({
  go: `setTimeout("globalThis.process.exit(1)", 0); return "started";`,
  expect: ({ answer }) => expect(answer).toBe("refused: A timer needs a function to call."),
});
