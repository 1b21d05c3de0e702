import { plugin } from "../attempt.ts";

/** Until its table is too large. */
export default plugin({
  go: `const object = {}; for (let n = 0; ; n++) object["key " + n] = n;`,
  mayBeEnded: true,
});
