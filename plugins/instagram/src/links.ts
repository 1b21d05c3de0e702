import type { Link } from "@rookery/link-media";

const HOSTS = new Set(["instagram.com", "www.instagram.com", "m.instagram.com"]);
/** The author may stand in front: `/rook/reel/CODE/`. */
const POST = /^\/(?:(?!share\/)[\w.]+\/)?(p|reels?|tv)\/(?!audio\/)([\w-]+)/;
const STORY = /^\/stories\/(?!highlights\/)([\w.]+)\/(\d+)/;
/** What the app hands out in place of a post's own address: it redirects there. */
const SHARE = /^\/share\/(?:(?:p|reel|tv)\/)?([\w-]+)/;

/** Whether an address is Instagram's own site. */
export const isInstagram = ({ hostname, port }: URL) => HOSTS.has(hostname) && port === "";

/** The post, story or share link that an address is. */
export function readLink(address: URL): Link | undefined {
  if (!isInstagram(address)) return undefined;
  const { pathname } = address;
  const [shared, share] = SHARE.exec(pathname) ?? [];
  if (shared && share) return { url: `https://www.instagram.com${shared}/`, id: `share/${share}` };
  const [, kind, code] = POST.exec(pathname) ?? [];
  if (kind && code) {
    return { url: `https://www.instagram.com/${kind === "reels" ? "reel" : kind}/${code}/`, id: code };
  }
  const [, user, story] = STORY.exec(pathname) ?? [];
  if (user && story) return { url: `https://www.instagram.com/stories/${user}/${story}/`, id: story };
  return undefined;
}

export const isShare = ({ id }: Link) => id.startsWith("share/");
