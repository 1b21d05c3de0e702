import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Whose traps would run outside of the compartment. */
export default plugin({
  go: `
    const traps = new Proxy({}, { get: (_target, name) => () => { throw new Error("trap " + String(name)); } });
    return await ctx.sendEvent("m.room.message", new Proxy({ msgtype: "m.text", body: "x" }, traps));`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: /),
});
