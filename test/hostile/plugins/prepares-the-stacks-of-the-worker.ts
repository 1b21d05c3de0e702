import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The SDK's error classes inherited from the start compartment's Error, whose `prepareStackTrace` sees every error of every instance. */
export default plugin({
  setup: `
    const { HostError } = require("@rookery/plugin-sdk");
    if (bot.config.name === "attacker") {
      const spy = (error) => { bot.log.warn("spied: " + error.message); return "spied"; };
      for (let at = HostError; typeof at === "function"; at = Object.getPrototypeOf(at)) {
        try { at.prepareStackTrace = spy; } catch {}
        try { at.constructor.prepareStackTrace = spy; } catch {}
      }
      for (const kind of [Error, TypeError, RangeError]) try { kind.prepareStackTrace = spy; } catch {}
    }`,
  go: `return "set";`,
  check: `return String(new Error(bot.config.secret.slice(0, 8)).stack).split("\\n").length > 1;`,
  expect({ checked, logs }) {
    expect(checked).toBe("got true");
    expect(logs.filter(({ message }) => message.startsWith("spied"))).toEqual([]);
  },
});
