import type { Content } from "../matrix/types.ts";
import { asRecord, asSize, asText } from "./read.ts";

export interface Text {
  kind: "text";
  flavour: "text" | "notice" | "emote";
  body: string;
  /** Unsafe until sanitized. */
  html: string | undefined;
}

interface File {
  name: string;
  url: string | undefined;
  mimetype: string | undefined;
  /** In bytes. */
  size: number | undefined;
  caption: Text | undefined;
}

interface Sized extends File {
  width: number | undefined;
  height: number | undefined;
  thumbnailUrl: string | undefined;
}

export type MessageContent =
  | Text
  | (Sized & { kind: "image" })
  | (Sized & { kind: "video"; durationMs: number | undefined })
  | (File & { kind: "audio"; durationMs: number | undefined })
  | (File & { kind: "file" });

/** What an `m.room.message` or `m.sticker` says. Whatever is odd about it is shown as its plain body. */
export function readContent(type: string, content: Content): MessageContent {
  if (type === "m.sticker") return { kind: "image", ...sized(content) };
  switch (content.msgtype) {
    case "m.image":
      return { kind: "image", ...sized(content) };
    case "m.video":
      return { kind: "video", ...sized(content), durationMs: duration(content) };
    case "m.audio":
      return { kind: "audio", ...file(content), durationMs: duration(content) };
    case "m.file":
      return { kind: "file", ...file(content) };
    case "m.notice":
      return text(content, "notice");
    case "m.emote":
      return text(content, "emote");
    default:
      return text(content, "text");
  }
}

function text(content: Content, flavour: Text["flavour"]): Text {
  const html = content.format === "org.matrix.custom.html" ? asText(content.formatted_body) : undefined;
  return {
    kind: "text",
    flavour,
    body: withoutReplyFallback(asText(content.body) ?? "", content),
    html: html?.replace(/<mx-reply>[\s\S]*<\/mx-reply>/, ""),
  };
}

function file(content: Content): File {
  const info = asRecord(content.info);
  const body = asText(content.body) ?? "";
  const filename = asText(content.filename);
  return {
    name: filename ?? (body || "file"),
    url: asText(content.url),
    mimetype: asText(info.mimetype),
    size: asSize(info.size),
    // With a file name of its own, the body is a caption (Matrix 1.10).
    caption: filename !== undefined && body && filename !== body ? text(content, "text") : undefined,
  };
}

function sized(content: Content): Sized {
  const info = asRecord(content.info);
  return {
    ...file(content),
    width: asSize(info.w) || undefined,
    height: asSize(info.h) || undefined,
    thumbnailUrl: asText(info.thumbnail_url),
  };
}

const duration = (content: Content) => asSize(asRecord(content.info).duration);

/** Older clients quote what they answer in lines that start with `>`. */
function withoutReplyFallback(body: string, content: Content): string {
  const isReply = asRecord(content["m.relates_to"])["m.in_reply_to"] !== undefined;
  return isReply && body.startsWith("> ") ? body.replace(/^(>.*\n)+\n?/, "") : body;
}
