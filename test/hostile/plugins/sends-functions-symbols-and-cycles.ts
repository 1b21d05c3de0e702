import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What is no plain data fails its own call, and no other. */
export default plugin({
  go: `
    const cycle = {}; cycle.self = cycle;
    const odd = [{ f() {} }, { s: Symbol("x") }, { b: 1n }, cycle, { e: new Error("x") }, { w: new WeakMap() }, { p: Promise.resolve() }, { m: new Map([[1, 2]]) }, { d: new Date(NaN) }, { r: /x/ }, [], null, 5, "text", undefined];
    const results = await Promise.all(odd.map((content) => ctx.sendEvent("m.x", content).then(() => "sent", (error) => error.code ?? error.name)));
    await ctx.sendEvent("m.x", { fine: true });
    return results.length;`,
  expect({ answer, events }) {
    expect(answer).toBe("got 15");
    expect(events.some(({ content }) => content.fine === true)).toBe(true);
  },
});
