import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** `import.source(…)` asks Node's own loader, past the compartment: it tells which files there are, and compiles WebAssembly. */
export default plugin({
  go: `
    const ask = (what) => new Function("return impo" + "rt.source(" + JSON.stringify(what) + ")")();
    const wasm = await ask("data:application/wasm;base64,AGFzbQEAAAA=");
    return [String(wasm), await ask("file://" + WORLD.secretFile).catch((error) => error.code)];`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: .*(Unexpected|SyntaxError|import)/),
});
