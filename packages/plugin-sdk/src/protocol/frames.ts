/** What ends a channel: a frame that says it is longer than any may be. */
export class FrameTooLong extends Error {}

const HEADER_BYTES = 4;

/** Puts a payload into a frame: its length in bytes (32 bits, little endian), then itself. */
export function toFrame(payload: string | Uint8Array): Buffer {
  const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32LE(length, 0);
  if (typeof payload === "string") frame.write(payload, HEADER_BYTES);
  else frame.set(payload, HEADER_BYTES);
  return frame;
}

/**
 * Takes a stream apart into frames again.
 *
 * @param maxBytes the longest payload that is accepted
 * @param onFrame gets each payload; the bytes are valid during the call only
 * @returns takes the stream's next chunk. @throws FrameTooLong
 */
export function createFrameReader(
  maxBytes: number,
  onFrame: (payload: Buffer) => void,
): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let size = 0;
  /** Bytes that must be there before anything can be read. */
  let needed = HEADER_BYTES;

  return (chunk) => {
    rest.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const bytes = rest.length === 1 ? chunk : Buffer.concat(rest, size);
    let at = 0;
    for (needed = HEADER_BYTES; bytes.length - at >= needed; ) {
      const length = bytes.readUInt32LE(at);
      if (length > maxBytes)
        throw new FrameTooLong(`A message of ${length} bytes is longer than any may be.`);
      needed = HEADER_BYTES + length;
      if (bytes.length - at < needed) break;
      onFrame(bytes.subarray(at + HEADER_BYTES, at + needed));
      at += needed;
      needed = HEADER_BYTES;
    }
    rest = at < bytes.length ? [bytes.subarray(at)] : [];
    size = bytes.length - at;
  };
}
