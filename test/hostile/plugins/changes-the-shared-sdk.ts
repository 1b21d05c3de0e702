import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** One object for all instances of a plugin. */
export default plugin({
  setup: `
    const sdk = require("@rookery/plugin-sdk");
    if (bot.config.name === "attacker") {
      const evil = () => "evil";
      for (const target of [sdk, ...Object.values(sdk), ...Object.values(sdk.Type)]) {
        for (const name of ["definePlugin", "escapeHtml", "String", "evil", "prototype", "call", "apply"]) try { target[name] = evil; } catch {}
        try { Object.defineProperty(target, "evil", { value: evil }); } catch {}
      }
    }`,
  go: `return "tried";`,
  check: `return [sdk.escapeHtml("<"), typeof sdk.Type.String.evil, typeof sdk.Type.evil, typeof sdk.HostError.evil, sdk.Type.String.call(null).type];`,
  expect: ({ checked }) => expect(checked).toBe('got ["&lt;","undefined","undefined","undefined","string"]'),
});
