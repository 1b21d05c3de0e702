import { plugin } from "../attempt.ts";

/** Reserved, then filled. */
export default plugin({
  go: `const all = []; for (let n = 0; n < 8; n++) { const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 32 }); buffer.resize(2 ** 31); new Uint8Array(buffer).fill(1); all.push(buffer); } return all.length;`,
  mayBeEnded: true,
});
