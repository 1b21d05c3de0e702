import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Functions, proxies and objects whose texts throw, past every handler of its own. */
export default plugin({
  setup: `
    const evil = [Object.assign(() => {}, { toString() { throw evil; }, [Symbol.toPrimitive]() { throw evil; } }), { get message() { throw 1; }, get code() { throw 1; } }, new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } }), Symbol("x"), Object.create(null)];
    bot.hears("!go", () => {});
    bot.on("m.room.message", () => { throw evil[0]; });
    evil.forEach((each) => { Promise.reject(each); setTimeout(() => { throw each; }, 1); bot.log.warn("x", each); console.log(each); });`,
  go: `return "it fails after this";`,
  expect({ failed }) {
    expect(failed).toHaveLength(1);
    expect(failed[0]?.error.code).toBe("THROWN");
  },
});
