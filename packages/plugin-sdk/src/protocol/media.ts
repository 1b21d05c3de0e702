import type { FileInfo, SendFile, UploadedMedia } from "./host-api.ts";
import type { JsonObject } from "./json.ts";

/**
 * How an uploaded file was encrypted, for an event that is encrypted itself.
 * https://spec.matrix.org/latest/client-server-api/#extensions-to-mroommessage-msgtypes
 */
export type FileKey = JsonObject;

/** An uploaded file, as its content says it is. */
type Uploaded = Omit<UploadedMedia, "thumbnail" | "blurhash"> & { key?: FileKey };

type Options = Pick<
  SendFile,
  "name" | "caption" | "captionHtml" | "kind" | "spoiler" | "relatesTo" | "mentions"
> &
  Pick<SendFile, "width" | "height" | "durationMs">;

/** Proposals that clients follow already: MSC3245 (voice messages, with MSC1767), MSC4193 (spoilers). */
const VOICE = "org.matrix.msc3245.voice";
const AUDIO = "org.matrix.msc1767.audio";
const SPOILER = "page.codeberg.everypizza.msc4193.spoiler";
/** MSC2448; Element and others read it under this name. */
const BLURHASH = "xyz.amorgan.blurhash";

/** What is shown of a file until it is loaded. */
interface Shown {
  thumbnail?: Uploaded;
  blurhash?: string;
}

/** A file with what the plugin tells of it; what the content says wins over what the plugin believes. */
export function asTold<F extends Partial<Pick<FileInfo, "width" | "height" | "durationMs">>>(
  file: F,
  { width, height, durationMs }: Pick<SendFile, "width" | "height" | "durationMs">,
): F {
  return { ...defined({ width, height, durationMs }), ...file };
}

/** Why a file of a type cannot be sent as this; `null` where it can. */
export function whyNot(type: string, kind: SendFile["kind"]): string | null {
  if (kind === "voice" && !type.startsWith("audio/"))
    return `A voice message is audio; this file is ${type}.`;
  if (kind === "sticker" && !type.startsWith("image/"))
    return `A sticker is a picture; this file is ${type}.`;
  return null;
}

/** The type of the event that a file is sent with. */
export function mediaEventType(kind: SendFile["kind"]): string {
  return kind === "sticker" ? "m.sticker" : "m.room.message";
}

/**
 * The event that shows a file: what its content is, unless it is to be a mere file, a voice message or a
 * sticker. https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes
 */
export function mediaContent(file: Uploaded, options: Options, meanwhile: Shown = {}): JsonObject {
  const { thumbnail, blurhash } = meanwhile;
  const { name, caption, captionHtml, kind, spoiler, relatesTo, mentions = {} } = options;
  const shown = asTold(file, options);
  const info = {
    ...mediaInfo(shown),
    ...(thumbnail ? { ...addressOf(thumbnail, "thumbnail_"), thumbnail_info: mediaInfo(thumbnail) } : {}),
    ...(blurhash === undefined ? {} : { [BLURHASH]: blurhash }),
  };
  const related = { "m.mentions": mentions, ...(relatesTo ? { "m.relates_to": relatesTo } : {}) };
  if (kind === "sticker") return { body: caption ?? name, ...addressOf(file), info, ...related };
  return {
    msgtype: kind === "file" ? "m.file" : messageType(file.type),
    // With a caption the body is the caption, and the name stands in `filename` (spec v1.10).
    body: caption ?? name,
    filename: name,
    ...(captionHtml === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: captionHtml }),
    ...addressOf(file),
    info,
    ...(kind === "voice" ? { [VOICE]: {}, [AUDIO]: defined({ duration: shown.durationMs }) } : {}),
    ...(spoiler === undefined || spoiler === false ? {} : { [SPOILER]: true }),
    ...(typeof spoiler === "string" ? { [`${SPOILER}.reason`]: spoiler } : {}),
    ...related,
  };
}

/** Where a file is, with what opens it where it is encrypted. */
function addressOf({ url, key }: Uploaded, prefix = ""): JsonObject {
  return key === undefined ? { [`${prefix}url`]: url } : { [`${prefix}file`]: { ...key, url } };
}

/** Which file an event's content is about; `undefined` where about none. */
export function sourceOf(content: Record<string, unknown>): { mxc: string; key?: FileKey } | undefined {
  const { url, file } = content;
  if (typeof file === "object" && file !== null && "url" in file && typeof file.url === "string")
    return { mxc: file.url, key: file as FileKey };
  return typeof url === "string" ? { mxc: url } : undefined;
}

function messageType(type: string): string {
  const kind = type.split("/")[0] ?? "";
  return ["image", "video", "audio"].includes(kind) ? `m.${kind}` : "m.file";
}

function mediaInfo({ type, size, width, height, durationMs }: Omit<FileInfo, "file">): JsonObject {
  return { mimetype: type, size, ...defined({ w: width, h: height, duration: durationMs }) };
}

function defined(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
