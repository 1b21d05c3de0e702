import { escapeHtml } from "@rookery/plugin-sdk";
import type { KeptPost } from "./kept-posts.ts";

export type CaptionMode = "off" | "compact" | "full";

const COMPACT_LENGTH = 200;
/** What is longer goes on in the thread: a room is not for reading essays. */
const FULL_LENGTH = 700;
/** A Matrix event has 64 KiB for everything. */
const REST_LENGTH = 8_000;

/** What stands under the first item, and what of a long text goes into the thread. */
export interface Caption {
  text: string;
  html: string;
  rest?: string;
}

/** @param siteName stands for the link to the original */
export function captionOf(
  post: Pick<KeptPost, "author" | "authorName" | "text" | "at">,
  mode: CaptionMode,
  { siteName, url }: { siteName: string; url: string },
): Caption | undefined {
  if (mode === "off") return undefined;
  const handle = post.author === undefined ? post.authorName : `@${post.author}`;
  const day = dayOf(post.at);
  const source = {
    text: [url, day].filter(Boolean).join(" · "),
    html: [link(siteName, url), day].filter(Boolean).join(" · "),
  };
  if (mode === "compact") {
    const line = clip(post.text.split("\n")[0] ?? "", COMPACT_LENGTH).shown;
    return {
      text: [joined([handle, line], ": "), source.text].filter(Boolean).join("\n"),
      html: [
        joined([handle && `<strong>${escapeHtml(handle)}</strong>`, escapeHtml(line)], ": "),
        source.html,
      ]
        .filter(Boolean)
        .join("<br>"),
    };
  }
  const author =
    post.author !== undefined && post.authorName ? `${post.authorName} (@${post.author})` : handle;
  const { shown, rest } = clip(post.text, FULL_LENGTH);
  return {
    text: joined([author, shown, source.text], "\n\n"),
    html: [author && `<strong>${escapeHtml(author)}</strong>`, paragraphs(shown), source.html]
      .filter(Boolean)
      .map((part) => `<p>${part}</p>`)
      .join(""),
    ...(rest === "" ? {} : { rest: clip(`… ${rest}`, REST_LENGTH).shown }),
  };
}

const link = (words: string, url: string) => `<a href="${escapeHtml(url)}">${escapeHtml(words)}</a>`;
const paragraphs = (text: string) => escapeHtml(text).replaceAll("\n\n", "</p><p>").replaceAll("\n", "<br>");
const joined = (parts: (string | undefined)[], separator: string) => parts.filter(Boolean).join(separator);

/** `2026-09-21` */
function dayOf(at: number | undefined): string | undefined {
  return at === undefined || Math.abs(at) > 8.64e15 ? undefined : new Date(at).toISOString().slice(0, 10);
}

/** Cuts between words where it can, and never inside a character. */
function clip(text: string, length: number): { shown: string; rest: string } {
  const characters = [...text];
  if (characters.length <= length) return { shown: text, rest: "" };
  const start = characters.slice(0, length - 1).join("");
  const space = start.search(/\s\S*$/);
  const shown = space > start.length / 2 ? start.slice(0, space) : start;
  return { shown: `${shown.trimEnd()}…`, rest: text.slice(shown.length).trim() };
}
