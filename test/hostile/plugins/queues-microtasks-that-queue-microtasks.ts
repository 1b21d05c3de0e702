import { plugin } from "../attempt.ts";

/** More of them every time. */
export default plugin({
  go: `const more = () => { queueMicrotask(more); }; more(); more(); await new Promise(() => {});`,
  isEnded: /did not answer for 5 s|ran out of memory/,
});
