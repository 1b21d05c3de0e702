import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Node keeps listeners under a symbol; their class is shared with the worker's own, which receive every instance's events. */
export default plugin({
  setup: `
    if (bot.config.name === "attacker") {
      bot.signal.addEventListener("abort", () => {});
      for (const symbol of Object.getOwnPropertySymbols(bot.signal)) {
        const first = bot.signal[symbol]?.get?.("abort")?.next;
        if (!first) continue;
        const kind = Object.getPrototypeOf(first);
        for (const name of ["once", "removed", "capture", "passive", "weak"]) try {
          Object.defineProperty(kind, name, { get() { bot.log.warn("heard by " + String(this.callback ?? this.listener)); return false; } });
        } catch {}
      }
    }`,
  go: `return "listening";`,
  check: `return "heard";`,
  expect: ({ logs }) => expect(logs).toEqual([]),
});
