import type { Bot, Context, FollowUpContext } from "@rookery/plugin-sdk";
import { createAnswers } from "./answers.ts";
import { createChain } from "./chain.ts";
import { addCommands } from "./commands.ts";
import type { CommonConfig } from "./config.ts";
import { failuresOf } from "./failures.ts";
import { followAnswers, takeBack } from "./follow.ts";
import { createKeptPosts } from "./kept-posts.ts";
import { findLinks } from "./links.ts";
import { createPace } from "./pace.ts";
import { createShow } from "./show.ts";
import type { Link, Site, Source } from "./site.ts";
import { type WatchOptions, watch } from "./watch.ts";
import { createWishes } from "./wishes.ts";

/** More in one message are left alone: nobody reads them, and sites count. */
const MAX_LINKS = 5;
const WINDOW_MS = 10 * 60_000;
const MINUTE_MS = 60_000;

/**
 * Makes a bot answer links to a site with what they show: messages and their edits, its commands, what people take
 * back, and its own health.
 */
export function setUpLinks(
  bot: Bot<unknown>,
  site: Site,
  config: CommonConfig,
  watched: Omit<WatchOptions, "chain" | "timeoutMs">,
): void {
  const failures = failuresOf(site.name);
  const answers = createAnswers(bot.database);
  const wishes = createWishes(bot.database, config.caption);
  const keptPosts = createKeptPosts(bot.database, serverOf(bot.userId), config.keepMinutes * MINUTE_MS);
  const perPerson = createPace(config.perPerson, WINDOW_MS);
  const perRoom = createPace(config.perRoom, WINDOW_MS);
  const pauseMs = config.pauseSeconds * 1000;
  const chain = createChain({ sources: site.sources, failures, pauseMs, onTried: noteTried(bot, site) });
  const { show } = createShow({ bot, site, chain, failures, config, keptPosts, answers });

  function linksOf(ctx: Context, content: Record<string, unknown>): Link[] {
    if (wishes.of(ctx.room.roomId).mode === "off" || wishes.isLeftAlone(ctx.sender.userId)) return [];
    return findLinks(ctx.text, content, site.readLink).slice(0, MAX_LINKS);
  }

  /** Of the links, those for which there is room; where there is none for the others, that is said once. */
  function withinLimits(ctx: Context, links: readonly Link[], quiet: boolean) {
    const taken: Link[] = [];
    for (const link of links) {
      const mine = perPerson.take(ctx.sender.userId);
      const waitMs = mine ?? perRoom.take(ctx.room.roomId);
      if (waitMs === null) {
        taken.push(link);
        continue;
      }
      const whose =
        mine === null ? `${config.perRoom} posts in this room` : `${config.perPerson} posts from you`;
      const minutes = Math.max(1, Math.ceil(waitMs / MINUTE_MS));
      const sentence = `That is more than ${whose} in ten minutes; I go on in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
      return { taken, refused: quiet ? undefined : { sentence, link } };
    }
    return { taken, refused: undefined };
  }

  async function answer(ctx: Context, source: string, links: readonly Link[]): Promise<void> {
    if (links.length === 0) return;
    const { mode, captions } = wishes.of(ctx.room.roomId);
    const quiet = mode === "quiet";
    const { taken, refused } = withinLimits(ctx, links, quiet);
    if (taken.length > 0) await show({ ctx, source, links: taken, captions, quiet });
    if (!refused) return;
    const { eventId } = await ctx.reply(refused.sentence);
    const { roomId } = ctx.room;
    answers.add({ eventId, source, roomId, poster: ctx.sender.userId, link: refused.link.id });
  }

  async function answerEdit(ctx: FollowUpContext): Promise<void> {
    const source = ctx.target.eventId;
    const content = ctx.event.content["m.new_content"];
    const before = answers.of(ctx.room.roomId, source);
    // Nobody else's edit counts: clients do not show it.
    if (before.some(({ poster }) => poster !== ctx.sender.userId)) return;
    const links = isObject(content) ? linksOf(ctx, content) : [];
    const wanted = new Set(links.map(({ id }) => id));
    await takeBack(
      ctx,
      answers,
      before.filter(({ link }) => !wanted.has(link)),
    );
    const shown = new Set(before.map(({ link }) => link));
    await answer(
      ctx,
      source,
      links.filter(({ id }) => !shown.has(id)),
    );
  }

  bot.hears(site.hears, (ctx) => answer(ctx, ctx.event.event_id, linksOf(ctx, ctx.event.content)));
  bot.on("edit", answerEdit);
  followAnswers(bot, answers);
  addCommands(bot, site, wishes);
  watch(bot, site, { ...watched, chain, timeoutMs: config.timeoutSeconds * 1000 });
  bot.schedule("tidy", "41 4 * * *", () => answers.forgetOld());
}

/** The operator learns of a way that broke when somebody met it, and that it works again. */
function noteTried(bot: Pick<Bot<unknown>, "health">, site: Site) {
  const broken = new Set<string>();
  return ({ name }: Source, failure: { unexpected?: true; sentence: string } | null) => {
    if (failure?.unexpected) {
      broken.add(name);
      const message = `${name} cannot read ${site.name}'s answers, as its log says: it needs an update, or a look.`;
      bot.health(`by ${name}`, { ok: false, message });
    } else if (failure === null && broken.delete(name)) {
      bot.health(`by ${name}`, { ok: true, message: `${name} reads ${site.name}'s answers again.` });
    }
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
/** `@bot:example.org` → `example.org` */
const serverOf = (userId: string) => userId.slice(userId.indexOf(":") + 1);
