import { plugin } from "../attempt.ts";

/** Ropes, flattened. */
export default plugin({
  go: `let text = "x"; const all = []; for (;;) { try { text += text; all.push(text.charCodeAt(text.length - 1)); } catch { all.push(encodeURIComponent("ä".repeat(1e8))); } }`,
  mayBeEnded: true,
});
