import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** `__proto__` as a key of its own, in all that crosses. */
export default plugin({
  go: `
    const evil = JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"msgtype":"m.text","body":"b"}');
    await ctx.sendEvent("m.room.message", evil);
    await bot.store.set("__proto__", evil);
    await bot.store.set("constructor", "c");
    return [({}).polluted, Object.keys((await bot.store.list("")).map(({ key }) => key)).length, await bot.store.get("constructor")];`,
  expect({ answer, events }) {
    expect(answer).toBe('got [null,2,"c"]');
    expect(events.some(({ content }) => content.body === "b")).toBe(true);
  },
});
