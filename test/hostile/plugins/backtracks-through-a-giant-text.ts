import { plugin } from "../attempt.ts";

/** Whose stack of ways back is memory, too. */
export default plugin({
  go: `/(?:(a)|(b)|(ab))*c/.test("ab".repeat(5e7)); return "matched";`,
  mayBeEnded: true,
});
