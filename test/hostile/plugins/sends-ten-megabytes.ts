import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** An event may have 64 KiB. */
export default plugin({
  go: `
    const body = "x".repeat(10 * 1024 * 1024);
    return await ctx.sendEvent("m.room.message", { msgtype: "m.text", body }).then(() => "sent", (error) => "refused with " + error.code);`,
  expect: ({ answer, events }) => {
    expect(answer).toMatch(/^got refused with /);
    expect(JSON.stringify(events).length).toBeLessThan(100_000);
  },
});
