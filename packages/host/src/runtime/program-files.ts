import { constants, createWriteStream } from "node:fs";
import { copyFile, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Files, HeldFile } from "./files.ts";

/** What lies in a program's directory when it begins, by name: a text, or a copy of a file. */
export type GivenFiles = Readonly<Record<string, { text: string } | { path: string }>>;

/** Copies, so that what the program does to its files changes none that the plugin holds. */
export async function layOut(directory: string, given: GivenFiles): Promise<void> {
  for (const [name, file] of Object.entries(given)) {
    const path = join(directory, name);
    if ("text" in file) await writeFile(path, file.text, { mode: 0o600 });
    else await copyFile(file.path, path, constants.COPYFILE_FICLONE);
  }
}

/**
 * Takes a file that a program made, where it did. A link is none: it could lead to what the program itself
 * may not read.
 *
 * @throws AppError `LIMIT` where the instance holds as much as it may
 */
export async function collect(directory: string, name: string, files: Files): Promise<HeldFile | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(join(directory, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ELOOP") return null;
      throw error;
    },
  );
  if (!handle) return null;
  try {
    const about = await handle.stat();
    if (!about.isFile() || about.size === 0) return null;
    return await files.add(async (path, charge) => {
      charge(about.size);
      const whole = handle.createReadStream({ autoClose: false, start: 0, end: about.size - 1 });
      await pipeline(whole, createWriteStream(path, { mode: 0o600 }));
      return about.size;
    });
  } finally {
    await handle.close();
  }
}
