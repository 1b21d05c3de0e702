import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "vitest";

/** Whether something that a test needs is on this machine; `reason` says what is absent and how to get it. */
export type Availability = { available: true } | { available: false; reason: string };

/** `describe` for tests that need parts of the machine: without one of them, skipped under a name that says why. */
export function describeWith(parts: Availability[], name: string, tests: () => void): void {
  const reasons = parts.flatMap((part) => (part.available ? [] : [part.reason]));
  if (reasons.length === 0) describe(name, tests);
  else describe.skip(`${name} [skipped: ${reasons.join("; ")}]`, tests);
}

/** The path of the first of these programs that is there; undefined if none is. */
export function onPath(...programs: string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
