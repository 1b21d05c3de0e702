import { plugin } from "../attempt.ts";

/** Its worker answers no ping. */
export default plugin({
  go: `for (;;);`,
  isEnded: /did not answer for 5 s/,
});
