import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Its memory would count against no limit. */
export default plugin({
  go: `
    const found = typeof WebAssembly !== "undefined" ? WebAssembly : globalThis.WebAssembly ?? new Compartment().globalThis.WebAssembly;
    if (!found) throw new Error("there is none");
    return new found.Memory({ initial: 60000 }).buffer.byteLength;`,
  expect: ({ answer }) => expect(answer).toBe("refused: there is none"),
});
