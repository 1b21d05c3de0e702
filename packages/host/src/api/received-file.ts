import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../errors.ts";
import type { Staging } from "../store/staging.ts";

/** Where what is uploaded lies until it is used, and how much of it is taken. */
export type UploadStaging = Pick<Staging, "make"> & { maxBytes: number };

/** A request's body that was too large for the memory: a file, until the request is over. */
export class ReceivedFile {
  readonly path: string;
  readonly sha256: string;
  readonly remove: () => Promise<void>;

  constructor(path: string, sha256: string, remove: () => Promise<void>) {
    this.path = path;
    this.sha256 = sha256;
    this.remove = remove;
  }

  /** What tells one request from another, wherever the file lies. */
  toJSON(): object {
    return { sha256: this.sha256 };
  }
}

/** @throws AppError `TOO_LARGE` */
export async function receiveFile(body: Readable, { make, maxBytes }: UploadStaging): Promise<ReceivedFile> {
  const { path: folder, remove } = make();
  const path = join(folder, "upload");
  const hash = createHash("sha256");
  let size = 0;
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > maxBytes) throw new AppError("TOO_LARGE", `A file may have ${maxBytes} bytes here.`);
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return new ReceivedFile(path, hash.digest("hex"), remove);
}
