import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** SES refuses the text of an import; this one is put together later, and evaluated in five ways. */
export default plugin({
  go: `
    const text = "impo" + "rt('node:fs')";
    const ways = [
      () => new Compartment().evaluate(text),
      () => new Function("return " + text)(),
      () => (0, eval)(text),
      () => new Compartment().evaluate("impo" + "rt/**/('node:fs')"),
      () => new Compartment({ __options__: true, importHook: () => ({}), resolveHook: (x) => x }).import("node:fs").then((m) => m.namespace.readFileSync),
    ];
    const got = [];
    for (const way of ways) { try { if (typeof (await way()) === "object") got.push(String(way)); } catch {} }
    if (got.length === 0) throw new Error("none of them");
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("refused: none of them"),
});
