import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { TarFile } from "./tar.ts";

/**
 * Writes a file of an archive to the disk, where nothing may be yet, and compares it with what it was.
 *
 * @param path `null` to compare alone
 * @param damaged makes the error for one that is not what it was; the file is there all the same
 */
export async function takeFile(
  entry: TarFile,
  path: string | null,
  sha256: string,
  damaged: (what: string) => Error,
): Promise<void> {
  const hash = createHash("sha256");
  const file = path === null ? null : await open(path, "wx", 0o600);
  try {
    for await (const chunk of entry.bytes()) {
      hash.update(chunk);
      await file?.writeFile(chunk);
    }
    await file?.sync();
  } finally {
    await file?.close();
  }
  if (hash.digest("hex") !== sha256) throw damaged(`${entry.name} is not what it was`);
}
