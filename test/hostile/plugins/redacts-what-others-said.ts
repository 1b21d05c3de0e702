import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** By the method that is for its own. */
export default plugin({
  go: `await ctx.redact({ eventId: WORLD.adasEvent }, "because");`,
  expect: ({ answer, events }) => {
    expect(answer).toMatch(/^refused: A bot removes only what it sent itself/);
    expect(events.filter(({ type }) => type === "m.room.redaction")).toEqual([]);
  },
});
