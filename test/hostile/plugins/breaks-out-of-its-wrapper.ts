import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** plugin.js is put into a function; this one closes it, and is outside of it before it is told to be inside. */
export default plugin({
  head: `}; }); globalThis.outside = typeof process + typeof parentPort + typeof __dirname + this;
    (function () { return function (module, exports, require) {
      const { definePlugin } = require("@rookery/plugin-sdk");
      const show = String;
      const answering = (work) => async (ctx) => { await ctx.reply("got " + (await work(ctx))); };`,
  go: `return globalThis.outside;`,
  expect: ({ answer, instance }) => {
    expect(
      answer === "" ||
        answer === "got undefinedundefinedundefinedundefined" ||
        answer.startsWith("got undefined"),
    ).toBe(true);
    expect(instance.id).toBe("breaks-out-of-its-wrapper");
  },
});
