import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** `import.defer(…)`, which V8 is to have one day. */
export default plugin({
  go: `return Object.keys(await new Function("return impo" + "rt.defer('node:fs')")());`,
  expect: ({ answer }) => expect(answer).toMatch(/^refused: /),
});
