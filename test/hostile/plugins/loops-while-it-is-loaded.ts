import { plugin } from "../attempt.ts";

/** Before there is an instance that could be stopped. */
export default plugin({
  head: `for (;;);`,
  doesNotStart: /did not answer for 5 s|no answer within/,
});
