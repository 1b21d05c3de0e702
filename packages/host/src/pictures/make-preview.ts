import { imageSize } from "image-size";
import { encodeBlurhash } from "./blurhash.ts";
import { DECODERS, toJpeg, toPng } from "./codecs.ts";
import type { Pixels } from "./pixels.ts";
import { type MadePreview, type PreviewRequest, tooManyPixels } from "./preview-frames.ts";
import { fitInto, shrink } from "./shrink.ts";

/** What Element makes, and clients expect. */
const THUMBNAIL = { width: 800, height: 600 };
/** A blurhash has some dozen numbers; more pixels change nothing in them. */
const SAMPLE = { width: 32, height: 32 };

/**
 * Decodes a picture and makes what stands for it until it is loaded.
 *
 * @throws Error that says why there is none, as a sentence
 */
export async function makePreview(
  bytes: Uint8Array<ArrayBuffer>,
  { type, thumbnail: wantsThumbnail, maxPixels }: PreviewRequest,
): Promise<MadePreview> {
  const decode = DECODERS[type];
  if (!decode) throw new Error(`Pictures of the type ${type} are not decoded.`);
  // Before anything is decoded: that is what takes the memory.
  const { width, height } = imageSize(bytes);
  if (width * height > maxPixels) throw new Error(tooManyPixels(width, height, maxPixels));
  const picture = await decode(bytes);
  const size = fitInto(picture, THUMBNAIL);
  if (!wantsThumbnail) return { blurhash: blurhashOf(picture) };
  const isLarger = size.width < picture.width || size.height < picture.height;
  const small = isLarger ? shrink(picture, size) : picture;
  const thumbnail = isOpaque(small) ? await toJpeg(small) : await toPng(small);
  return { blurhash: blurhashOf(small), ...(thumbnail.length < bytes.length ? { thumbnail } : {}) };
}

function isOpaque({ data }: Pixels): boolean {
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== 255) return false;
  return true;
}

function blurhashOf(picture: Pixels): string {
  const sample = shrink(picture, fitInto(picture, SAMPLE));
  return sample.width >= sample.height ? encodeBlurhash(sample, 4, 3) : encodeBlurhash(sample, 3, 4);
}
