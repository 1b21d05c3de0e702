import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** The worker itself awaits what handlers give. */
export default plugin({
  go: `
    const tamper = [Promise.prototype, Object.getPrototypeOf(Promise.resolve()), Promise];
    for (const target of tamper) for (const name of ["then", "catch", "finally", "resolve", "constructor"]) {
      try { target[name] = function () { throw new Error("tampered"); }; } catch {}
      try { Object.defineProperty(target, name, { get() { throw new Error("tampered"); } }); } catch {}
    }
    const own = Promise.resolve("well");
    own.then = undefined;
    return await Promise.resolve("well");`,
  check: `return await Promise.resolve("well");`,
  expect({ answer, checked }) {
    expect(answer).toMatch(/^got well$|^refused: .*(read only|not extensible)/);
    expect(checked).toBe("got well");
  },
});
