import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import jpegEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm";
import decodeJpeg, { init as initJpegDecoder } from "@jsquash/jpeg/decode.js";
import encodeJpeg, { init as initJpegEncoder } from "@jsquash/jpeg/encode.js";
import pngCodec from "@jsquash/png/codec/pkg/squoosh_png_bg.wasm";
import decodePng, { init as initPngDecoder } from "@jsquash/png/decode.js";
import encodePng, { init as initPngEncoder } from "@jsquash/png/encode.js";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import decodeWebp, { init as initWebpDecoder } from "@jsquash/webp/decode.js";
import type { Pixels } from "./pixels.ts";

/** Compiled when it is first needed, and once. */
function compiled(bytes: Uint8Array<ArrayBuffer>): () => WebAssembly.Module {
  let made: WebAssembly.Module | null = null;
  return () => {
    made ??= new WebAssembly.Module(bytes);
    return made;
  };
}

const jpegDecoding = compiled(jpegDecoder);
const jpegEncoding = compiled(jpegEncoder);
const png = compiled(pngCodec);
const webpDecoding = compiled(webpDecoder);

/**
 * Decoders by type. Each is WebAssembly, so that a mistake in it reaches its own memory only; those in C
 * begin with a fresh one for each picture. A JPEG is turned as its EXIF data say.
 */
export const DECODERS: Record<string, (bytes: Uint8Array<ArrayBuffer>) => Promise<Pixels>> = {
  "image/jpeg": async (bytes) => {
    await initJpegDecoder(jpegDecoding());
    return decodeJpeg(bytes.buffer, { preserveOrientation: true });
  },
  "image/png": async (bytes) => {
    await initPngDecoder(png());
    return decodePng(bytes.buffer);
  },
  "image/webp": async (bytes) => {
    await initWebpDecoder(webpDecoding());
    return decodeWebp(bytes.buffer);
  },
};

/** Without what makes it some percent smaller in twice the time. */
const JPEG = { quality: 75, progressive: false };

export async function toJpeg(pixels: Pixels): Promise<Uint8Array> {
  await initJpegEncoder(jpegEncoding());
  return new Uint8Array(await encodeJpeg(pixels, JPEG));
}

export async function toPng(pixels: Pixels): Promise<Uint8Array> {
  await initPngEncoder(png());
  return new Uint8Array(await encodePng(pixels));
}
