import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Of } from "../bundle/sign.ts";
import { AppError } from "../errors.ts";

/** The bundles' bytes, by their SHA-256. */
export interface BundleStore {
  write(sha256: string, bytes: Buffer): void;
  /** @throws AppError `BUNDLE_ALTERED` where the bytes on the disk are no longer those */
  read(sha256: string): Promise<Buffer>;
  /** Copies one as it is. */
  copy(sha256: string, to: string): Promise<void>;
  remove(sha256: string): void;
  /** Removes what is not needed, and what a killed host left half written. */
  sweep(needed: ReadonlySet<string>): void;
}

export function createBundleStore(folder: string): BundleStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (sha256: string) => join(folder, `${sha256}.mbp`);
  return {
    write(sha256, bytes) {
      // Under another name first, so that a killed host leaves no half of a bundle.
      writeFileSync(`${path(sha256)}.part`, bytes, { mode: 0o600, flush: true });
      renameSync(`${path(sha256)}.part`, path(sha256));
    },
    async read(sha256) {
      const bytes = await readFile(path(sha256));
      if (sha256Of(bytes) === sha256) return bytes;
      const text = `The stored bundle ${path(sha256)} is not what was installed: its SHA-256 is another. Upload the plugin's bundle again.`;
      throw new AppError("BUNDLE_ALTERED", text);
    },
    copy: (sha256, to) => copyFile(path(sha256), to),
    remove: (sha256) => rmSync(path(sha256), { force: true }),
    sweep(needed) {
      const kept = new Set([...needed].map((sha256) => `${sha256}.mbp`));
      for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name));
    },
  };
}
