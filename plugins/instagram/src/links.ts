import { unquotedHtml, unquotedText } from "./unquoted.ts";

/** A post that somebody linked to. */
export interface Link {
  /** The address without tracking parameters: `https://www.instagram.com/p/CODE/`. */
  url: string;
  /** The post's shortcode, or a story's number: the same for every way to link to it. */
  id: string;
}

const HOSTS = new Set(["instagram.com", "www.instagram.com", "m.instagram.com"]);
/** The author may stand in front: `/rook/reel/CODE/`. `/share/…` looks alike and is another thing. */
const POST = /^\/(?:(?!share\/)[\w.]+\/)?(p|reels?|tv)\/(?!audio\/)([\w-]+)/;
const STORY = /^\/stories\/(?!highlights\/)([\w.]+)\/(\d+)/;

/**
 * The posts that a message shows to the room, in order, each once. Left out are links inside
 * `<…>`, code and quotes: of the body as it was typed, and of its HTML where there is one.
 *
 * @param content of an `m.room.message`, or of anything else that a stranger sent
 */
export function findLinks(body: string, content: Record<string, unknown>): Link[] {
  const links = linksIn(unquotedText(body));
  const { format, formatted_body: html } = content;
  if (format !== "org.matrix.custom.html" || typeof html !== "string") return links;
  const shown = new Set(linksIn(unquotedHtml(html)).map(({ id }) => id));
  return links.filter(({ id }) => shown.has(id));
}

function linksIn(text: string): Link[] {
  const found = new Map<string, Link>();
  for (const [address] of text.matchAll(/https?:\/\/[^\s<>"'()[\]]+/gi)) {
    const link = parseLink(address);
    if (link && !found.has(link.id)) found.set(link.id, link);
  }
  return [...found.values()];
}

function parseLink(address: string): Link | undefined {
  if (!URL.canParse(address)) return undefined;
  const { hostname, port, pathname } = new URL(address);
  if (!HOSTS.has(hostname) || port !== "") return undefined;
  const [, kind, code] = POST.exec(pathname) ?? [];
  if (kind && code) {
    return { url: `https://www.instagram.com/${kind === "reels" ? "reel" : kind}/${code}/`, id: code };
  }
  const [, user, story] = STORY.exec(pathname) ?? [];
  if (user && story) return { url: `https://www.instagram.com/stories/${user}/${story}/`, id: story };
  return undefined;
}
