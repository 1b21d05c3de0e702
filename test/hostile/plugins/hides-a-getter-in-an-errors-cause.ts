import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** What is done with a thrown error outside of the compartment reads it. */
export default plugin({
  go: `
    const read = [];
    const trap = new Proxy({}, { get(_target, key, receiver) { read.push(String(key)); throw new Error("read " + String(key)); }, getPrototypeOf() { throw new Error("asked"); } });
    throw Object.defineProperties(new Error("outer", { cause: trap }), {
      data: { get() { return trap; } }, code: { get() { throw trap; } }, stack: { get() { throw trap; } },
    });`,
  expect: ({ answer }) => expect(answer).toBe("refused: outer"),
});
