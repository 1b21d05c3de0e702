import { plugin } from "../attempt.ts";

/** Likewise. */
export default plugin({
  setup: `for (let n = 0; n < 1e5; n++) bot.hears("text " + n, () => {});`,
  doesNotStart: /up to 1000 texts/,
});
