import {
  COMMON_CONFIG,
  type Cookies,
  cookieHealth,
  failuresOf,
  leanArgs,
  MIGRATIONS,
  readCookies,
  type Site,
  setUpLinks,
  ytDlpSource,
} from "@rookery/link-media";
import { type Bot, definePlugin, Type } from "@rookery/plugin-sdk";
import { embedPage } from "./embed-page.ts";
import { readLink } from "./links.ts";
import { resolveShare } from "./share.ts";

const NAME = "Instagram";
/** Its extractor was rewritten then; older ones fail. */
const OLDEST_YT_DLP = "2026.08.19";
/** Without it, cookies are worth nothing. */
const SESSION = { domain: "instagram.com", needed: "sessionid" };

export default definePlugin({
  config: Type.Object({
    ...COMMON_CONFIG,
    lookupSeconds: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 60,
      title: "Look-up limit (seconds)",
      description: "What Instagram has not told by then is too slow: the room learns it within five seconds.",
    }),
    timeoutSeconds: Type.Integer({
      default: 30,
      minimum: 3,
      maximum: 120,
      title: "Time limit (seconds)",
      description: "For one post, until its files are downloaded.",
    }),
    cookies: Type.Optional(
      Type.String({
        format: "secret",
        // The page takes it from a file, too.
        contentMediaType: "text/plain",
        maxLength: 100_000,
        pattern: "sessionid",
        title: "Cookies",
        description:
          "For stories and what needs a login: the cookies.txt of a browser that is logged in to Instagram. Instagram may lock an account that is used by a program, so take one that you can do without.",
      }),
    ),
    canary: Type.String({
      default: "",
      maxLength: 500,
      pattern: "^$|^https://(www\\.)?instagram\\.com/",
      title: "Canary",
      description:
        "The address of a public post that is fetched once a day, to see whether it can be still. Empty: none.",
    }),
  }),
  migrations: MIGRATIONS,

  setup(bot) {
    const { canary, cookies: pasted, ...config } = bot.config;
    const cookies = pasted === undefined ? undefined : readCookies(pasted, `.${SESSION.domain}`);
    setUpLinks(bot as Bot<unknown>, siteWith(bot as Bot<unknown>, cookies), config, {
      ...{ oldestYtDlp: OLDEST_YT_DLP, canary },
      ...(cookies ? { cookies: { all: cookies, ...SESSION } } : {}),
    });
  },
});

/** Instagram, by yt-dlp, else by its embed page, else as somebody who is logged in. */
function siteWith(
  { programs, log }: Pick<Bot<unknown>, "programs" | "log">,
  cookies: Cookies | undefined,
): Site {
  const failures = failuresOf(NAME);
  const ytDlp = { programs, log, failures, args: leanArgs("Instagram,instagram:story") };
  const isUsable = cookies !== undefined && cookieHealth(cookies, SESSION).usable;
  return {
    name: NAME,
    links: "Instagram links",
    command: "instagram",
    hears: "instagram.com/",
    readLink,
    resolve: (link, deadline) => resolveShare(link, failures, deadline),
    sources: [
      ytDlpSource(ytDlp),
      embedPage(failures),
      ...(isUsable ? [ytDlpSource({ ...ytDlp, cookies })] : []),
    ],
    headers: { referer: "https://www.instagram.com/" },
  };
}
