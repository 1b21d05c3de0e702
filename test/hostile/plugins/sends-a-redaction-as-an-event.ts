import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Which would remove what others said. */
export default plugin({
  go: `await ctx.sendEvent("m.room.redaction", { redacts: WORLD.adasEvent });`,
  expect: ({ answer, events }) => {
    expect(answer).toMatch(/^refused: /);
    expect(events.filter(({ type }) => type === "m.room.redaction")).toEqual([]);
  },
});
