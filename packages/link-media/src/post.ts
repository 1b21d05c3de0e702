import { type BotFile, parse, type Static, type TSchema, Type } from "@rookery/plugin-sdk";

/** A post, whatever site it is from. */
export interface Post {
  id: string;
  /** `@` and it is how the site names the author. */
  author: string | undefined;
  authorName: string | undefined;
  text: string;
  /** When it was posted, in milliseconds since 1970. */
  at: number | undefined;
  /** Not for everybody's eyes, as the site says. */
  sensitive: boolean;
  /** In the author's order. `null`: the site counts an item but shows nothing of it. */
  items: (Item | null)[];
}

/** One picture or video of a post. */
export interface Item {
  /** `either` where only its content tells. */
  kind: "picture" | "video" | "either";
  url: string;
  /** It is here already. */
  file?: BotFile;
  /** It was not downloaded, since it is larger than it may be. */
  isTooLarge?: true;
  /** A still picture of a video. */
  cover: string | undefined;
  /** As the site tells them, in whole pixels and milliseconds. */
  info: { width?: number; height?: number; durationMs?: number };
}

const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

const Picture = Type.Object({
  url: Type.String(),
  width: maybe(Type.Number()),
  height: maybe(Type.Number()),
});

const Entry = Type.Object({
  id: Type.String(),
  channel: maybe(Type.String()),
  uploader: maybe(Type.String()),
  title: maybe(Type.String()),
  description: maybe(Type.String()),
  timestamp: maybe(Type.Number()),
  age_limit: maybe(Type.Number()),
  is_live: maybe(Type.Boolean()),
  // Of the chosen format; a picture has none.
  url: maybe(Type.String()),
  width: maybe(Type.Number()),
  height: maybe(Type.Number()),
  duration: maybe(Type.Number()),
  thumbnails: maybe(Type.Array(Picture)),
});
type Entry = Static<typeof Entry>;

/** The part of `yt-dlp -J` that is used: one video or picture, or a playlist of them. */
export const Answer = Type.Object({
  ...Entry.properties,
  entries: maybe(Type.Array(Type.Union([Entry, Type.Null()]))),
});
export type Answer = Static<typeof Answer>;

/** From which age on what is shown is covered. */
const SENSITIVE_AGE = 18;

/**
 * Reads what `yt-dlp -J` printed.
 *
 * @throws Error that says what is not as expected
 */
export function parsePost(json: string): Post {
  const answer = parse(Answer, JSON.parse(json));
  const entries = answer.entries ?? [answer];
  const items = entries.map((entry) => (entry ? toItem(entry) : null));
  if (!items.some((item) => item)) throw new Error("yt-dlp's answer names no picture and no video.");
  return { ...aboutPost(answer), items };
}

/** What yt-dlp's answer tells of a post beside its items. */
export function aboutPost(answer: Answer): Omit<Post, "items"> {
  const all = [answer, ...(answer.entries ?? [])];
  const at = all.map((entry) => entry?.timestamp).find((time) => typeof time === "number");
  return {
    id: answer.id,
    author: answer.channel ?? undefined,
    authorName: answer.uploader ?? undefined,
    text: (answer.description ?? "").trim(),
    at: at === undefined || at === null ? undefined : at * 1000,
    sensitive: all.some((entry) => (entry?.age_limit ?? 0) >= SENSITIVE_AGE),
  };
}

function toItem({ url, width, height, duration, thumbnails }: Entry): Item | null {
  // yt-dlp sorts by quality: the largest picture is the last.
  const picture = thumbnails?.at(-1);
  if (url) {
    const durationMs = duration ? duration * 1000 : undefined;
    return { kind: "video", url, cover: picture?.url, info: known({ width, height, durationMs }) };
  }
  if (!picture) return null;
  const info = known({ width: picture.width, height: picture.height });
  return { kind: "picture", url: picture.url, cover: undefined, info };
}

type Told = number | null | undefined;

/** What a site tells of an item, in whole numbers, without what it does not tell. */
export function known(info: { width?: Told; height?: Told; durationMs?: Told }): Item["info"] {
  return Object.fromEntries(
    Object.entries(info).flatMap(([name, value]) => (value ? [[name, Math.round(value)]] : [])),
  );
}
