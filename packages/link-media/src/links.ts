import type { Link } from "./site.ts";
import { coveredHtml, coveredText, unquotedHtml, unquotedText } from "./unquoted.ts";

/**
 * The posts that a message shows to the room, in order, each once. Left out are links inside
 * `<…>`, code and quotes: of the body as it was typed, and of its HTML where there is one. A link inside a
 * spoiler is told to be covered.
 *
 * @param content of an `m.room.message`, or of anything else that a stranger sent
 * @param read which post an address leads to
 */
export function findLinks(
  body: string,
  content: Record<string, unknown>,
  read: (address: URL) => Link | undefined,
): Link[] {
  const text = unquotedText(body);
  const links = linksIn(text, read);
  const { format, formatted_body: html } = content;
  const hasHtml = format === "org.matrix.custom.html" && typeof html === "string";
  const shownHtml = hasHtml ? unquotedHtml(html) : undefined;
  const shown = shownHtml === undefined ? undefined : idsIn(shownHtml, read);
  const covered = idsIn(shownHtml === undefined ? coveredText(text) : coveredHtml(shownHtml), read);
  return links
    .filter(({ id }) => shown?.has(id) ?? true)
    .map((link) => (covered.has(link.id) ? { ...link, covered: true } : link));
}

const idsIn = (text: string, read: (address: URL) => Link | undefined) =>
  new Set(linksIn(text, read).map(({ id }) => id));

function linksIn(text: string, read: (address: URL) => Link | undefined): Link[] {
  const found = new Map<string, Link>();
  for (const [address] of text.matchAll(/https?:\/\/[^\s<>"'()[\]|]+/gi)) {
    const url = URL.parse(address.replace(/[.,;:!?]+$/, "").replaceAll("&amp;", "&"));
    const link = url && read(url);
    if (link && !found.has(link.id)) found.set(link.id, link);
  }
  return [...found.values()];
}
