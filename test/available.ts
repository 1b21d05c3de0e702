import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether something that a test needs is on this machine; `reason` says what is absent and how to get it. */
export type Availability = { available: true } | { available: false; reason: string };

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
