import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The value that was checked and the value that is written would be two. */
export default plugin({
  go: `
    let times = 0;
    const two = { toJSON() { return ++times === 1 ? { msgtype: "m.text", body: "first" } : { membership: "ban" }; } };
    await ctx.sendEvent("m.room.message", two).catch(() => {});
    await bot.store.set("two", { toJSON: () => undefined }).catch(() => {});
    await bot.store.set("big", { toJSON: () => "x".repeat(1e6) }).catch(() => {});
    return [(await bot.store.get("two")) ?? null, (await bot.store.get("big")) ?? null];`,
  expect: ({ answer }) => expect(answer).toBe("got [null,null]"),
});
