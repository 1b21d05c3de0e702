import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** V8 gives `prepareStackTrace` the functions and the `this` of all frames. */
export default plugin({
  go: `
    const taken = [];
    const take = (_error, sites) => { for (const site of sites) taken.push(site.getThis?.(), site.getFunction?.()); return "taken"; };
    Error.prepareStackTrace = take;
    try { null.x; } catch (error) { void error.stack; }
    const holder = {};
    Error.captureStackTrace(holder);
    void holder.stack;
    return taken.filter((each) => each !== undefined).length;`,
  expect: ({ answer }) => expect(answer).toMatch(/^got 0$|^refused: /),
});
