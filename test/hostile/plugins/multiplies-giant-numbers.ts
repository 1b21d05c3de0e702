import { plugin } from "../attempt.ts";

/** A bigint of a gigabit, squared. */
export default plugin({
  go: `let n = 1n << (2n ** 29n); for (;;) try { n *= n; } catch { n = (1n << (2n ** 28n)) - 1n; String(n); }`,
  mayBeEnded: true,
});
