import { COMMON_CONFIG, failuresOf, type Link, MIGRATIONS, setUpLinks } from "@rookery/link-media";
import { type Bot, definePlugin, Type } from "@rookery/plugin-sdk";
import { downloadSource } from "./download.ts";
import { createLinkReader } from "./links.ts";

/** In sentences, of whichever site it was. */
const NAME = "The site";
const OLDEST_YT_DLP = "2026.08.19";
const MEGABYTE = 1024 * 1024;

export default definePlugin({
  config: Type.Object({
    sites: Type.Array(
      Type.String({ pattern: "^[a-z0-9-]+(\\.[a-z0-9-]+)+$", maxLength: 253, title: "Site" }),
      {
        default: [],
        maxItems: 100,
        uniqueItems: true,
        title: "Sites",
        description:
          "Links to these are answered, and to names below them: vimeo.com. yt-dlp must know them. None, and nothing is answered.",
      },
    ),
    ...COMMON_CONFIG,
    timeoutSeconds: Type.Integer({
      default: 90,
      minimum: 5,
      maximum: 600,
      title: "Time limit (seconds)",
      description: "For one video, until it is downloaded.",
    }),
    canary: Type.String({
      default: "",
      maxLength: 500,
      title: "Canary",
      description:
        "The address of a public video that is fetched once a day, to see whether it can be still. Empty: none.",
    }),
  }),
  migrations: MIGRATIONS,

  setup(bot) {
    const { sites, canary, ...config } = bot.config;
    const { programs, log } = bot;
    const site = {
      ...{ name: NAME, links: "links to videos", command: "media", hears: "://" },
      readLink: createLinkReader(sites),
      nameOf: ({ url }: Link) => new URL(url).hostname.replace(/^www\./, ""),
      sources: [
        downloadSource({ programs, log, failures: failuresOf(NAME) }, config.maxMegabytes * MEGABYTE),
      ],
    };
    // Here to look a video up is to download it.
    const times = { lookupSeconds: config.timeoutSeconds, timeoutSeconds: config.timeoutSeconds };
    setUpLinks(bot as Bot<unknown>, site, { ...config, ...times }, { oldestYtDlp: OLDEST_YT_DLP, canary });
  },
});
