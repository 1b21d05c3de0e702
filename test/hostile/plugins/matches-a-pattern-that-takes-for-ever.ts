import { plugin } from "../attempt.ts";

/** A regular expression on what somebody wrote. */
export default plugin({
  setup: `bot.hears(/^(!g?o?)+(.*a)*(.*a)*(.*a)*$/, () => {}); bot.on("m.room.message", () => { /^(a+)+$/.test("a".repeat(60) + "!"); });`,
  isEnded: /did not answer for 5 s/,
});
