import { plugin } from "../attempt.ts";

/** Which V8's own limits leave out. */
export default plugin({
  go: `const all = []; for (;;) { all.push(new Uint8Array(4 * 1024 * 1024).fill(1)); if (all.length % 4 === 0) await new Promise((go) => setTimeout(go, 1)); }`,
  isEnded: /ran out of memory/,
});
