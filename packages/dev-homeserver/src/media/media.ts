import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { notFound, tooLarge } from "../errors.ts";

/** The bytes of uploaded files: streamed to and from one directory, never whole in memory. */
export interface Media {
  readonly maxUploadBytes: number;
  /** Stores a request's body under a media ID and returns its size. @throws MatrixError 413 `M_TOO_LARGE` */
  receive(mediaId: string, request: IncomingMessage): Promise<number>;
  /** Writes a stored file as the response's body; headers are set already. */
  send(mediaId: string, response: ServerResponse): Promise<void>;
}

export async function openMedia(directory: string, maxUploadBytes: number): Promise<Media> {
  await mkdir(directory, { recursive: true, mode: 0o700 });

  /** Counts what passes, and goes on reading (but keeps nothing) beyond the limit, so that the client hears the 413. */
  async function* limited(request: IncomingMessage, count: { bytes: number }) {
    for await (const chunk of request) {
      count.bytes += chunk.length;
      if (count.bytes <= maxUploadBytes) yield chunk;
    }
    if (count.bytes > maxUploadBytes) throw refusal();
  }

  const refusal = () => tooLarge(`Uploads are limited to ${maxUploadBytes} bytes`);

  return {
    maxUploadBytes,
    async receive(mediaId, request) {
      if (Number(request.headers["content-length"] ?? 0) > maxUploadBytes) throw refusal();
      const file = join(directory, mediaId);
      const unfinished = `${file}.part`;
      const count = { bytes: 0 };
      try {
        await pipeline(limited(request, count), createWriteStream(unfinished, { mode: 0o600 }));
        await rename(unfinished, file);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      return count.bytes;
    },
    async send(mediaId, response) {
      const file = createReadStream(join(directory, mediaId));
      try {
        await pipeline(file, response);
      } catch (error) {
        if (!response.headersSent) throw notFound("The file is gone from the disk");
        // The client went away in the middle; there is nobody to tell.
        if (error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE") return;
        throw error;
      }
    },
  };
}
