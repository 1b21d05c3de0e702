import type { Post } from "./post.ts";

export type CaptionMode = "off" | "compact" | "full";

const COMPACT_LENGTH = 200;
/** A Matrix event has 64 KiB for everything; Instagram's own limit is 2,200. */
const FULL_LENGTH = 8000;

/** What stands under the first item: who wrote it, and the first line of the text or all of it. */
export function captionOf(post: Post, mode: CaptionMode): string | undefined {
  if (mode === "off") return undefined;
  const handle = post.author === undefined ? post.authorName : `@${post.author}`;
  if (mode === "compact") {
    const line = clip(post.text.split("\n")[0] ?? "", COMPACT_LENGTH);
    return joined([handle, line], ": ");
  }
  const author =
    post.author !== undefined && post.authorName ? `${post.authorName} (@${post.author})` : handle;
  return joined([author, clip(post.text, FULL_LENGTH)], "\n\n");
}

function joined(parts: (string | undefined)[], separator: string): string | undefined {
  return parts.filter((part) => part).join(separator) || undefined;
}

/** Cuts between characters, not inside one. */
function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : text;
}
