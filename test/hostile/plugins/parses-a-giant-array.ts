import { plugin } from "../attempt.ts";

/** From a text that is not that large. */
export default plugin({
  go: `return JSON.parse("[" + "0,".repeat(14e7) + "0]").length;`,
  mayBeEnded: true,
});
