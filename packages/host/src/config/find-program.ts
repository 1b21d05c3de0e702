import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where a program is; `null` where it is not, or cannot be run. @param path the folders of a `PATH` */
export function findProgram(name: string, path: string): string | null {
  const places = name.includes("/") ? [name] : path.split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => isAbsolute(place) && isExecutable(place)) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
