import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A hundred thousand levels, for whoever reads it by recursion. */
export default plugin({
  go: `
    let deep = {};
    for (let level = 0; level < 100000; level++) deep = { deep };
    const refused = await ctx.sendEvent("m.x", { deep }).then(() => "sent", (error) => "refused");
    let list = [];
    for (let level = 0; level < 5000; level++) list = [list];
    await ctx.sendEvent("m.x", { list }).catch(() => {});
    return refused;`,
  expect: ({ answer }) => expect(answer).toBe("got refused"),
});
