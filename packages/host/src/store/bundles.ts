import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The bundles' bytes, by their SHA-256. */
export interface BundleStore {
  write(sha256: string, bytes: Buffer): void;
  read(sha256: string): Promise<Buffer>;
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
    read: (sha256) => readFile(path(sha256)),
    remove: (sha256) => rmSync(path(sha256), { force: true }),
    sweep(needed) {
      const kept = new Set([...needed].map((sha256) => `${sha256}.mbp`));
      for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(join(folder, name));
    },
  };
}
