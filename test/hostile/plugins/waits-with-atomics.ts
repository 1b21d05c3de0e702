import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** A thread that waits answers no ping; shared memory is a fine clock. */
export default plugin({
  go: `
    const Shared = globalThis.SharedArrayBuffer ?? structuredClone(new ArrayBuffer(4)).constructor;
    globalThis.Atomics.wait(new Int32Array(new Shared(4)), 0, 0);`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: /),
});
