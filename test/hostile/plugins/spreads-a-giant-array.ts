import { plugin } from "../attempt.ts";

/** As arguments, and into another array. */
export default plugin({
  go: `const list = Array.from({ length: 3e7 }, (_, n) => n); try { Math.max(...list); } catch {} const more = [...list, ...list, ...list, ...list]; return more.length;`,
  mayBeEnded: true,
});
