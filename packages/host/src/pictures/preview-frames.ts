/**
 * What goes through the pipes of the process that decodes pictures: pairs of frames, JSON and then bytes, first
 * a request with its picture, then its answer with the thumbnail (empty where there is none).
 */
export interface PreviewRequest {
  type: string;
  thumbnail: boolean;
}

export type PreviewAnswer = { blurhash: string } | { failed: string };

export interface MadePreview {
  blurhash: string;
  /** JPEG, or PNG where parts are transparent. */
  thumbnail?: Uint8Array;
}

/** Of a picture that is decoded. */
export const MAX_PICTURE_BYTES = 32 * 1024 * 1024;
