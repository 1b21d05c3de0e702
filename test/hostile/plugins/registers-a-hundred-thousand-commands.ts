import { plugin } from "../attempt.ts";

/** Each message of the room would be compared with each of them. */
export default plugin({
  setup: `for (let n = 0; n < 1e5; n++) bot.command("c" + n, "x".repeat(10), () => {});`,
  doesNotStart: /up to 1000 commands/,
});
