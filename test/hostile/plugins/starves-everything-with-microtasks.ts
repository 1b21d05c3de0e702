import { plugin } from "../attempt.ts";

/** `await` without end never lets a message in. */
export default plugin({
  go: `for (;;) await null;`,
  isEnded: /did not answer for 5 s/,
});
