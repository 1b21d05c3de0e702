import { plugin } from "../attempt.ts";

/** Repetitions of repetitions. */
export default plugin({
  go: `for (const pattern of ["(?:a{1000}){1000}", "(?:(?:(?:a{100}){100}){100}){100}", "(?:" + "a|".repeat(1e6) + "b)*", "(" .repeat(1e4) + ")".repeat(1e4), "[^" + "a-z".repeat(1e6) + "]", "(?<=(?:a{500}){500})b"]) try { new RegExp(pattern, "u").test("a".repeat(1e5)); } catch {} return "compiled";`,
  mayBeEnded: true,
});
