import { plugin } from "../attempt.ts";

/** With a comparison that grows it. */
export default plugin({
  go: `const list = Array.from({ length: 1e7 }, Math.random); list.sort((a, b) => { if (list.length < 5e7) list.push(a, b); return a - b; }); return "sorted";`,
  mayBeEnded: true,
});
