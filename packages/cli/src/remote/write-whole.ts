import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { type Count, countedParts } from "../progress.ts";

/** Writes what a host answers into a file that only its owner can read: whole under its name and on the disk, or not there. */
export async function writeWhole(file: string, { body }: Response, count: Count): Promise<void> {
  const part = `${file}.part`;
  try {
    const bytes = (body ?? new Blob().stream()).pipeThrough(countedParts(count));
    const to = createWriteStream(part, { mode: 0o600, flush: true });
    await pipeline(Readable.fromWeb(bytes as ReadableStream), to);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
