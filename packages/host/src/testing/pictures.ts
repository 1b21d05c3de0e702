import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

/** A picture of `testing/pictures`, or of those of the Instagram tests. */
export function pictureNamed(name: string): Buffer {
  const own = name === "landscape.webp" || name === "progressive.jpg";
  const folder = own ? "./pictures/" : "../../../../test/instagram/fixtures/";
  return readFileSync(new URL(`${folder}${name}`, import.meta.url));
}

/** What a PNG's header says of it; the pixels may be another matter. */
export interface PngOptions {
  width: number;
  height: number;
  /** Red, green, blue, alpha. */
  pixel?: (x: number, y: number) => [number, number, number, number];
}

/** A PNG of a few pixels, or one without any that claims to be as large as it is told. */
export function makePng({ width, height, pixel }: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc(pixel ? height * (1 + width * 4) : 0);
  if (pixel) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * (1 + width * 4) + 1 + x * 4);
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
}

function chunk(name: string, data = Buffer.alloc(0)): Buffer {
  const made = Buffer.alloc(12 + data.length);
  made.writeUInt32BE(data.length, 0);
  made.write(name, 4, "latin1");
  data.copy(made, 8);
  made.writeUInt32BE(crc32(made.subarray(4, 8 + data.length)), 8 + data.length);
  return made;
}

/** A JPEG whose EXIF data say how it is to be turned: 6 is a quarter to the right. */
export function turned(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", "latin1");
  exif.writeUInt16BE(orientation, 24);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/** A JPEG whose header says another size than its pixels have. */
export function resized(jpeg: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(jpeg);
  const header = jpeg.findIndex((byte, at) => byte === 0xff && [0xc0, 0xc2].includes(jpeg[at + 1] ?? 0));
  changed.writeUInt16BE(height, header + 5);
  changed.writeUInt16BE(width, header + 7);
  return changed;
}

/** A progressive JPEG whose last scan comes so many times more: a few bytes each, and all blocks again for the decoder. */
export function withScans(progressive: Buffer, more: number): Buffer {
  const last = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = progressive.subarray(last, -2);
  return Buffer.concat([
    progressive.subarray(0, -2),
    ...Array.from({ length: more }, () => scan),
    progressive.subarray(-2),
  ]);
}
