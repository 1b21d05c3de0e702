import { describe } from "vitest";
import type { Availability } from "./available.ts";

/** `describe` for tests that need parts of the machine: without one of them, skipped under a name that says why. */
export function describeWith(parts: Availability[], name: string, tests: () => void): void {
  const reasons = parts.flatMap((part) => (part.available ? [] : [part.reason]));
  if (reasons.length === 0) describe(name, tests);
  else describe.skip(`${name} [skipped: ${reasons.join("; ")}]`, tests);
}
