import { readFileSync } from "node:fs";

/** A picture or video that the stand-in's CDN serves. */
export interface MediaFile {
  name: keyof typeof KINDS;
  mimetype: string;
  width: number;
  height: number;
  /** Seconds; 0 for a picture. */
  duration: number;
  hasAudio: boolean;
  bytes: Buffer;
}

const KINDS = {
  "portrait.jpg": { mimetype: "image/jpeg", width: 1080, height: 1350, duration: 0, hasAudio: false },
  "portrait-small.jpg": { mimetype: "image/jpeg", width: 160, height: 200, duration: 0, hasAudio: false },
  "landscape.jpg": { mimetype: "image/jpeg", width: 1080, height: 566, duration: 0, hasAudio: false },
  "square.png": { mimetype: "image/png", width: 320, height: 320, duration: 0, hasAudio: false },
  "reel.mp4": { mimetype: "video/mp4", width: 360, height: 640, duration: 2, hasAudio: true },
  "clip.mp4": { mimetype: "video/mp4", width: 320, height: 180, duration: 1, hasAudio: false },
};

/**
 * A fixture whose bytes differ from every other's, so that a test can tell which item arrived. It stays a valid file:
 * `mark` goes where its format has room for remarks.
 */
export function mediaFile(name: MediaFile["name"], mark: string): MediaFile {
  const kind = KINDS[name];
  const plain = readFileSync(new URL(`fixtures/${name}`, import.meta.url));
  return { name, ...kind, bytes: MARKERS[kind.mimetype]?.(plain, Buffer.from(mark)) ?? plain };
}

const MARKERS: Record<string, (file: Buffer, mark: Buffer) => Buffer> = {
  // A COM segment right after the start of image.
  "image/jpeg": (file, mark) =>
    Buffer.concat([
      file.subarray(0, 2),
      Buffer.from([0xff, 0xfe]),
      uint16(mark.length + 2),
      mark,
      file.subarray(2),
    ]),
  // Decoders ignore what follows the IEND chunk.
  "image/png": (file, mark) => Buffer.concat([file, mark]),
  // A `free` box at the end.
  "video/mp4": (file, mark) => Buffer.concat([file, uint32(mark.length + 8), Buffer.from("free"), mark]),
};

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
