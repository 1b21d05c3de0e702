import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** All intrinsics that two instances share. */
export default plugin({
  setup: `
    if (bot.config.name === "attacker") {
      for (const kind of [Object, Array, Function, String, Number, Promise, Map, Set, Error, RegExp, JSON, Math, Reflect, Date, URL, AbortSignal, TextEncoder, Intl]) {
        for (const target of [kind, kind.prototype]) {
          try { target.polluted = "yes"; } catch {}
          try { Object.defineProperty(target, "polluted", { value: "yes" }); } catch {}
          try { Object.setPrototypeOf(target, { polluted: "yes" }); } catch {}
        }
      }
      try { Object.prototype.__proto__ = { polluted: "yes" }; } catch {}
      try { ({}).__proto__.polluted = "yes"; } catch {}
      try { Array.prototype.push = () => { throw new Error("polluted"); }; } catch {}
    }`,
  go: `return "tried";`,
  check: `const list = []; list.push(({}).polluted, [].polluted, (() => {}).polluted, "".polluted, Promise.resolve().polluted, Date.polluted, URL.polluted, JSON.polluted); return list;`,
  expect: ({ checked }) => expect(checked).toBe("got [null,null,null,null,null,null,null,null]"),
});
