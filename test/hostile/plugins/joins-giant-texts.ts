import { plugin } from "../attempt.ts";

/** Of half a gigabyte each. */
export default plugin({
  go: `const all = []; for (let n = 0; n < 40; n++) { const text = "x".repeat(2 ** 29 - 100 - n); all.push(text.toUpperCase()); } return all.length;`,
  mayBeEnded: true,
});
