import { plugin } from "../attempt.ts";

/** Whose table grows in one piece. */
export default plugin({
  go: `const map = new Map(); for (let n = 0; ; n++) map.set(n, {});`,
  mayBeEnded: true,
});
