import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Under all the names that they have. */
export default plugin({
  go: `
    const names = ["fs", "node:fs", "child_process", "node:worker_threads", "node:sqlite", "node:vm", "node:module", "module", "process", "../../worker.mjs", "__proto__", ""];
    const got = names.filter((name) => { try { return require(name); } catch { return false; } });
    if (got.length === 0) throw new Error("none of them");
    return got;`,
  expect: ({ answer }) => expect(answer).toBe("refused: none of them"),
});
