import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Availability } from "../available.ts";

/** A file system of a few megabytes, to be filled and to be made read-only. */
export interface SmallDisk {
  path: string;
  /** Leaves no room on it. */
  fill(): Promise<void>;
  /** Gives the room back. */
  free(): Promise<void>;
  setReadOnly(readOnly: boolean): void;
  dispose(): Promise<void>;
}

/** Only root may mount. */
export function isSmallDiskAvailable(): Availability {
  if (process.getuid?.() !== 0) return { available: false, reason: "only root can mount a small disk" };
  const { status } = spawnSync("mount", ["--version"]);
  return status === 0 ? { available: true } : { available: false, reason: "mount is not on the PATH" };
}

export function makeSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "rookery-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "rookery-test", path]);
  const ballast = join(path, "ballast");
  return {
    path,
    async fill() {
      const file = await open(ballast, "w");
      const block = Buffer.alloc(4096);
      try {
        for (;;) await file.write(block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast),
    /** Only while nobody has a file of it open for writing. */
    setReadOnly: (readOnly) => void execFileSync("mount", ["-o", `remount,${readOnly ? "ro" : "rw"}`, path]),
    async dispose() {
      execFileSync("umount", ["--lazy", path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
