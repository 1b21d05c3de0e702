/**
 * What goes through the pipes of the process that decodes pictures: pairs of frames, JSON and then bytes, first
 * a request with its picture, then its answer with the thumbnail (empty where there is none).
 */
export interface PreviewRequest {
  type: string;
  thumbnail: boolean;
  /** What its memory is meant for: a picture of more pixels is not decoded. */
  maxPixels: number;
}

export type PreviewAnswer = { blurhash: string } | { failed: string };

export interface MadePreview {
  blurhash: string;
  /** JPEG, or PNG where parts are transparent. */
  thumbnail?: Uint8Array;
}

/** Of a picture that is decoded. */
export const MAX_PICTURE_BYTES = 32 * 1024 * 1024;

/** Why a picture is not decoded. */
export const tooManyPixels = (width: number, height: number, maxPixels: number): string =>
  `It has ${width} × ${height} pixels; at most ${maxPixels / 1e6} million are decoded.`;
