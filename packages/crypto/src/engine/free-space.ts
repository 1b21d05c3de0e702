import fs from "node:fs";
import { dirname } from "node:path";

/** Bytes that are free where a file lies, for who is not root. */
export function freeSpace(file: string): number {
  const { bavail, bsize } = fs.statfsSync(dirname(file));
  return bavail * bsize;
}
