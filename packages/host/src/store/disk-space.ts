import { statfsSync, statSync } from "node:fs";

/** The file system on which a folder lies, in bytes. */
export interface DiskSpace {
  /** What the host may still write: less than what is free for root. */
  freeBytes: number;
  sizeBytes: number;
}

/** @throws what `statfs` throws, such as `ENOENT` */
export function diskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

/** How large these files are together, in bytes; one that is not there has none. */
export function fileBytes(...files: string[]): number {
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
