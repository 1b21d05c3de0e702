import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Folders for what is being put together: an instance's data before it is in its place, a file that comes or goes. */
export interface Staging {
  make(): { path: string; remove(): Promise<void> };
  /** Removes what a host that died left behind. To be called before anything is made. */
  sweep(): void;
}

/** @param instancesDir they lie in it, so that what is ready is moved to its place at once; no instance has such a name */
export function createStaging(instancesDir: string): Staging {
  const folder = join(instancesDir, ".staging");
  return {
    make() {
      const path = join(folder, randomBytes(8).toString("hex"));
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    },
    sweep: () => rmSync(folder, { recursive: true, force: true }),
  };
}
