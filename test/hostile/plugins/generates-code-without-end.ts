import { plugin } from "../attempt.ts";

/** Functions and compartments. */
export default plugin({
  go: `for (let n = 0; ; n++) { new Function("return " + n + "+".repeat(10) + n); new Compartment().evaluate("(() => " + n + ")"); }`,
  mayBeEnded: true,
});
