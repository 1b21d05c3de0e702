import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The constructors that have no name of their own. */
export default plugin({
  go: `
    const kinds = [async () => {}, function* () {}, async function* () {}];
    return kinds.map((kind) => {
      try { return Reflect.getPrototypeOf(kind).constructor("return typeof process").call(); }
      catch (error) { return error.name; }
    });`,
  expect: ({ answer }) => expect(answer).toBe('got ["TypeError","TypeError","TypeError"]'),
});
