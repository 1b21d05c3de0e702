/** A cookie as browsers export them. */
export interface Cookie {
  domain: string;
  path: string;
  secure: boolean;
  /** Seconds since 1970; 0 for one that ends with its browser. */
  expires: number;
  name: string;
  value: string;
}

export type Cookies = readonly Cookie[];

/** One line of Netscape's cookies.txt. */
const RECORD =
  /(?<=^|\s)(#HttpOnly_)?(\.?[\w.-]+)\t(?:TRUE|FALSE)\t(\/\S*)\t(TRUE|FALSE)\t(\d+)\t([^\s=;]+)\t(\S*)/g;

/**
 * Reads cookies as a browser's add-on exports them (cookies.txt), or as a request has them
 * (`sessionid=…; csrftoken=…`).
 *
 * @param domain of those that do not tell theirs
 */
export function readCookies(text: string, domain: string): Cookies {
  // A field of one line drops the line breaks of what is pasted into it.
  const begin = new RegExp(`(?:#HttpOnly_)?${domain.replaceAll(".", "\\.")}\\t(?=TRUE|FALSE)`, "g");
  const lines = domain.startsWith(".") ? text.replaceAll(begin, "\n$&") : text;
  const found = [...lines.matchAll(RECORD)].map(
    ([, , of = "", path = "/", secure, expires, name = "", value = ""]) => ({
      ...{ domain: of, path, secure: secure === "TRUE", expires: Number(expires), name, value },
    }),
  );
  if (found.length > 0) return found;
  const pairs = [...text.matchAll(/(?:^|;|\s)\s*([\w-]+)=([^;\s]+)/g)];
  return pairs.map(([, name = "", value = ""]) => ({
    domain,
    path: "/",
    secure: true,
    expires: 0,
    name,
    value,
  }));
}

/** The file as yt-dlp reads it. */
export function cookieFile(cookies: Cookies): string {
  const lines = cookies.map(({ domain, path, secure, expires, name, value }) => {
    const below = domain.startsWith(".") ? "TRUE" : "FALSE";
    return [domain, below, path, secure ? "TRUE" : "FALSE", String(expires), name, value].join("\t");
  });
  return `# Netscape HTTP Cookie File\n${lines.join("\n")}\n`;
}

const DAY_MS = 24 * 60 * 60_000;
const SOON_MS = 7 * DAY_MS;

/**
 * How cookies are, for the operator.
 *
 * @param needed the one without which they are worth nothing
 */
export function cookieHealth(
  cookies: Cookies,
  { domain, needed }: { domain: string; needed: string },
  now = Date.now(),
): { ok: boolean; usable: boolean; message: string } {
  const what = `the cookies of ${domain}`;
  const session = cookies.find(
    (cookie) =>
      cookie.name === needed && cookie.domain.replace(/^\./, "").endsWith(domain.replace(/^\./, "")),
  );
  if (!session) {
    const message = `Among ${what} is no "${needed}": export them from a browser that is logged in (cookies.txt), and paste all of it.`;
    return { ok: false, usable: false, message };
  }
  if (session.expires === 0)
    return { ok: true, usable: true, message: `There are ${what}; they do not say until when.` };
  const end = session.expires * 1000;
  const day = Math.abs(end) > 8.64e15 ? "an odd day" : new Date(end).toISOString().slice(0, 10);
  if (end <= now) {
    return { ok: false, usable: false, message: `T${what.slice(1)} expired on ${day}: paste new ones.` };
  }
  if (end - now < SOON_MS) {
    return { ok: false, usable: true, message: `T${what.slice(1)} expire on ${day}: paste new ones before.` };
  }
  return { ok: true, usable: true, message: `T${what.slice(1)} are good until ${day}.` };
}
