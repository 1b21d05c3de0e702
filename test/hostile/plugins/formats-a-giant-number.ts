import { plugin } from "../attempt.ts";

/** Text of a number, in native code that nothing interrupts. */
export default plugin({
  go: `return ((1n << (2n ** 27n)) - 1n).toString().length;`,
  mayBeEnded: true,
});
