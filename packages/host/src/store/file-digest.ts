import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** Read at once: large ones take the host's thread less often. */
const PIECE = 256 * 1024;

/** How many bytes a file has, and their SHA-256. It is read in pieces. */
export async function digestOf(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest("hex") };
}
