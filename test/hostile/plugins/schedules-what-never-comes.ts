import { plugin } from "../attempt.ts";

/** For whoever looks for the next time day by day. */
export default plugin({
  setup: `bot.schedule("s", "0 0 30 2 *", () => {});`,
  doesNotStart: /never comes/,
});
