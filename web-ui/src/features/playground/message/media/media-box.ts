import type { CSSProperties } from "react";

const LARGEST = 400;
/** Shown while a picture of unknown size loads. */
const UNKNOWN = { width: 320, height: 240 };

/** How large a picture is drawn, in CSS pixels: whole, in its proportions, never larger than it is. */
export function mediaBox(
  width: number | undefined,
  height: number | undefined,
): { width: number; height: number } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, LARGEST / width, LARGEST / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The place a picture takes before it is there, so that nothing jumps when it comes. */
export function boxStyle(width: number | undefined, height: number | undefined): CSSProperties {
  const box = mediaBox(width, height);
  return { width: box.width, aspectRatio: `${box.width} / ${box.height}` };
}
