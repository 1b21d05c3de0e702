import { plugin } from "../attempt.ts";

/** V8 ends the process where an array would be larger than it can be. */
export default plugin({
  go: `const parts = "x".repeat(2 ** 29 - 30).split(""); return parts.length;`,
  mayBeEnded: true,
});
