import type { InstanceFile } from "../../../api/files.ts";
import { clockTime } from "../../playground/message/media/clock-time.ts";
import { texts } from "./texts.ts";

/** What a file is: "Picture, image/jpeg, 1080 × 1350". */
export function describeFile({ type, width, height, durationMs }: InstanceFile): string {
  const kind = texts.kinds[type.split("/")[0] ?? ""] ?? texts.kinds.other;
  return [
    kind,
    type,
    ...(width !== undefined && height !== undefined ? [texts.pixels(width, height)] : []),
    ...(durationMs !== undefined ? [clockTime(durationMs)] : []),
  ].join(", ");
}

/** What tells it from the others, as it has no name. */
export const shortOf = ({ file }: Pick<InstanceFile, "file">) => file.slice(0, 8);

/** What a browser draws without running anything of it. SVG is none of these. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
const MOST_PICTURE_BYTES = 32_000_000;
/** A picture takes four bytes for each pixel once it is drawn. */
const MOST_PIXELS = 50_000_000;

export type Showable = { as: "picture"; type: string } | { as: "text" };

/** How a file can be looked at on the page; `null` where it cannot. */
export function showable({ type, size, width = 0, height = 0 }: InstanceFile): Showable | null {
  if (PICTURES.includes(type)) {
    const fits = size <= MOST_PICTURE_BYTES && width * height <= MOST_PIXELS;
    return fits ? { as: "picture", type } : null;
  }
  const isText = type.startsWith("text/") || ["application/json", "application/xml"].includes(type);
  return isText && size <= MOST_PICTURE_BYTES ? { as: "text" } : null;
}
