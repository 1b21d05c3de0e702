import { plugin } from "../attempt.ts";

/** More than the machine has. */
export default plugin({
  go: `const all = []; for (const size of [2 ** 40, 2 ** 36, 2 ** 33, 2 ** 32, 2 ** 31, 2 ** 31, 2 ** 31]) try { all.push(new Uint8Array(size)); } catch {} for (const each of all) for (let at = 0; at < each.length; at += 4096) each[at] = 1; return all.length;`,
  mayBeEnded: true,
});
