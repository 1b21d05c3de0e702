import { plugin } from "../attempt.ts";

export default plugin({
  go: `const set = new Set(); for (let n = 0; ; n++) set.add("text " + n);`,
  mayBeEnded: true,
});
