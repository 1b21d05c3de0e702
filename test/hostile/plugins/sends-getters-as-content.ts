import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** They would run while the content is copied. */
export default plugin({
  go: `
    let reads = 0;
    const content = { msgtype: "m.text", get body() { reads++; bot.log.info("read"); return "body " + reads; } };
    await ctx.sendEvent("m.room.message", content);
    await ctx.sendEvent("m.room.message", { msgtype: "m.text", get body() { throw new Error("thrown while it is copied"); } }).catch(() => {});
    return "sent";`,
  expect: ({ answer }) => expect(answer).toBe("got sent"),
});
