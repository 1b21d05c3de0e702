import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By every way to say "the global object". */
export default plugin({
  go: `
    const globals = [globalThis, (function () { return this; })(), new Function("return this")(), (0, eval)("this")];
    for (const each of globals) {
      const found = each?.process ?? each?.global?.process ?? each?.self ?? each?.top ?? each?.Deno;
      if (found) return found.env;
    }
    throw new Error("there is no process");`,
  expect: ({ answer }) => expect(answer).toBe("refused: there is no process"),
});
