import { plugin } from "../attempt.ts";

/** It would be kept, and shown. */
export default plugin({
  setup: `bot.command("x", "x".repeat(1e6), () => {});`,
  doesNotStart: /up to 1000 characters/,
});
