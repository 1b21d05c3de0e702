import { plugin } from "../attempt.ts";

/** Faster than they can be settled. */
export default plugin({
  go: `const all = []; for (;;) all.push(Promise.resolve(all.length).then((n) => n + 1));`,
  mayBeEnded: true,
});
