import { type Context, definePlugin, Type, UserError } from "@rookery/plugin-sdk";
import { deadlineIn } from "./deadline.ts";
import { deliver } from "./deliver.ts";
import { findLinks, type Link } from "./links.ts";
import { fetchPost } from "./yt-dlp.ts";

/** More in one message are left alone: nobody reads them, and Instagram counts. */
const MAX_LINKS = 5;

export default definePlugin({
  config: Type.Object({
    caption: Type.Enum(["off", "compact", "full"], {
      default: "compact",
      title: "Caption",
      description:
        "What stands under the first picture: nothing, the author and the first line, or all of it.",
    }),
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
    maxMegabytes: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: 2000,
      title: "Size limit (MB)",
      description: "For one file. A larger video comes as its cover picture and a link.",
    }),
  }),

  setup(bot) {
    const { caption, lookupSeconds, timeoutSeconds, maxMegabytes } = bot.config;

    async function post(ctx: Context, link: Link): Promise<void> {
      const deadline = deadlineIn(timeoutSeconds * 1000);
      const found = await fetchPost(bot, link, Math.min(lookupSeconds * 1000, deadline.left()));
      const maxBytes = maxMegabytes * 1024 * 1024;
      await deliver(ctx, found, link, { files: bot.files, log: bot.log, deadline, maxBytes, caption });
    }

    bot.hears("instagram.com/", async (ctx) => {
      const links = findLinks(ctx.text, ctx.event.content).slice(0, MAX_LINKS);
      if (links.length === 0) return;
      await ctx.progress(async () => {
        for (const link of links) {
          try {
            await post(ctx, link);
          } catch (error) {
            // One link's sentence must not keep the next link from being answered.
            if (!(error instanceof UserError)) throw error;
            await ctx.reply(error.message);
          }
        }
      });
    });
  },
});
