import type { IncomingMessage } from "node:http";

/** What is still read of a request that was refused, so that its sender comes to read why. */
const READ_ON = 256 * 1024;

/** A sender that went away, or was cut off: there is nobody to answer. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
}

/** Whether a request says itself that its body is too large. */
export function saysTooLarge({ headers }: IncomingMessage, maxBytes: number): boolean {
  return Number(headers["content-length"] ?? 0) > maxBytes;
}

/**
 * Reads a request's body, byte for byte.
 *
 * @returns `null` where it is larger than that; what remains of it is to be let go
 * @throws SenderGone
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (read: Buffer | null) => {
      request.removeAllListeners("data");
      resolve(read);
    };
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) done(null);
    });
    request.once("end", () => done(Buffer.concat(chunks)));
    request.once("close", () => reject(new SenderGone("The sender went away.")));
  });
}

/** Lets go of what comes of a refused request's body; whoever sends on and on is cut off. */
export function letGo(request: IncomingMessage): void {
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > READ_ON) request.destroy();
  });
}
