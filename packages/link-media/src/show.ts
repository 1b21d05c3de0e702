import { type Bot, type Context, HostError } from "@rookery/plugin-sdk";
import type { Answers } from "./answers.ts";
import type { CaptionMode } from "./captions.ts";
import type { Chain } from "./chain.ts";
import type { CommonConfig } from "./config.ts";
import { type Deadline, deadlineIn, earlier, inTime } from "./deadline.ts";
import { deliver, deliverKept } from "./deliver.ts";
import { startDownloads } from "./downloads.ts";
import { type Failures, FetchFailure } from "./failures.ts";
import { createFlights } from "./flights.ts";
import type { KeptPosts } from "./kept-posts.ts";
import type { Post } from "./post.ts";
import { createQueue, QueueFull } from "./queue.ts";
import { createShrinker } from "./shrink.ts";
import type { Link, Site } from "./site.ts";

/** A message with links, and how its room wants them shown. */
export interface Shown {
  ctx: Context;
  /** The message that is answered: of an edit, the one that was edited. */
  source: string;
  links: readonly Link[];
  captions: CaptionMode;
  /** No sign of progress, and no word where something does not come. */
  quiet: boolean;
}

const AT_ONCE = 4;
const MAX_WAITING = 60;
const MEGABYTE = 1024 * 1024;

/** Brings what links lead to into the room, one post after the other. */
export function createShow(options: {
  bot: Pick<Bot<unknown>, "files" | "programs" | "log">;
  site: Site;
  chain: Chain;
  failures: Failures;
  config: CommonConfig;
  keptPosts: KeptPosts;
  answers: Answers;
}) {
  const { bot, site, chain, failures, config, keptPosts, answers } = options;
  const queued = createQueue(AT_ONCE, MAX_WAITING);
  const flights = createFlights();
  const shrinker = createShrinker(bot);

  /** What a link leads to, when it is its turn. */
  async function lookUp(link: Link, deadline: Deadline): Promise<Post> {
    try {
      return await queued(async () => {
        if (deadline.left() === 0) throw new FetchFailure(failures.busy);
        const soon = earlier(deadline, deadlineIn(config.lookupSeconds * 1000));
        return await chain.fetch(link, soon);
      });
    } catch (error) {
      if (error instanceof QueueFull) throw new FetchFailure(failures.busy, error);
      throw error;
    }
  }

  async function maxBytes(): Promise<number> {
    const own = config.maxMegabytes * MEGABYTE;
    try {
      return Math.min(own, (await bot.files.uploadLimit()) ?? own);
    } catch (error) {
      // Whoever asks next may be told; what is too large is refused when it is uploaded, too.
      if (!(error instanceof HostError)) throw error;
      bot.log.warn("The homeserver's upload limit is not known.", error);
      return own;
    }
  }

  interface Lookup {
    post: Promise<Post>;
    deadline: Deadline;
    isUsed?: true;
  }

  /** What a person linked to, and the post that it led to. */
  interface Target {
    shown: Shown;
    origin: Link;
    link: Link;
    lookup: Lookup | undefined;
  }

  function look(link: Link): Lookup {
    const deadline = deadlineIn(config.timeoutSeconds * 1000);
    const post = lookUp(link, deadline);
    // It is met when it is the link's turn.
    post.catch(() => undefined);
    return { post, deadline };
  }

  const noteIn =
    ({ ctx, source }: Shown, origin: Link) =>
    ({ eventId }: { eventId: string }) =>
      answers.add({ eventId, source, roomId: ctx.room.roomId, poster: ctx.sender.userId, link: origin.id });

  function deliveredTo({ shown, origin, link }: Target) {
    const { ctx, captions } = shown;
    return { ctx, link, captions, siteName: site.nameOf?.(link) ?? site.name, onSent: noteIn(shown, origin) };
  }

  async function fetchAndDeliver(target: Target): Promise<void> {
    const { link, shown } = target;
    const lookup = target.lookup ?? look(link);
    lookup.isUsed = true;
    const { post: looking, deadline } = lookup;
    const [post, most, canShrink, encrypted] = await Promise.all([
      looking,
      maxBytes(),
      shrinker.isThere(),
      shown.ctx.room.encrypted(),
    ]);
    const downloads = startDownloads(post, {
      ...{ files: bot.files, log: bot.log, failures, deadline, shrinker, encrypted },
      ...{
        headers: site.headers ?? {},
        maxBytes: most,
        shrinkBytes: canShrink ? config.shrinkMegabytes * MEGABYTE : 0,
      },
    });
    try {
      const options = { maxBytes: most, quiet: shown.quiet };
      const kept = await deliver(deliveredTo(target), post, downloads, options);
      if (kept) keptPosts.put(link.id, kept);
    } finally {
      await downloads.close();
    }
  }

  /** @param mayKeep whether copies of the homeserver may be sent here */
  async function showOne(target: Target, mayKeep: boolean): Promise<void> {
    const { id } = target.link;
    if (!mayKeep) return await fetchAndDeliver(target);
    const kept = keptPosts.get(id);
    if (kept) return await deliverKept(deliveredTo(target), kept);
    const isWaitedFor = flights.has(id);
    const flying = flights.run(id, () => fetchAndDeliver(target));
    // What the site has to tell has its own deadline; how long its sending takes is the homeserver's affair.
    const patience = deadlineIn(config.timeoutSeconds * 1000);
    const flight = isWaitedFor
      ? await inTime(flying, patience, () => new FetchFailure(failures.slow))
      : await flying;
    if (flight.did) return;
    // What was wrong with the post is so here, too; what went wrong with another room is not.
    if (flight.failed instanceof FetchFailure) throw flight.failed;
    const now = keptPosts.get(id);
    if (now) await deliverKept(deliveredTo(target), now);
    else await fetchAndDeliver(target);
  }

  async function resolved(link: Link): Promise<Link | FetchFailure> {
    if (!site.resolve) return link;
    try {
      return await site.resolve(link, deadlineIn(config.lookupSeconds * 1000));
    } catch (error) {
      if (error instanceof FetchFailure) return error;
      throw error;
    }
  }

  async function showAll(shown: Shown, mayKeep: boolean): Promise<void> {
    const seen = new Set<string>();
    const found = await Promise.all(
      shown.links.map(async (origin) => ({ origin, link: await resolved(origin) })),
    );
    // The next posts are looked up while the first is sent.
    const targets = found.flatMap(
      ({ origin, link }): (Target | { origin: Link; failure: FetchFailure })[] => {
        if (link instanceof FetchFailure) return [{ origin, failure: link }];
        if (seen.has(link.id)) return [];
        seen.add(link.id);
        const isHere = mayKeep && (keptPosts.get(link.id) !== undefined || flights.has(link.id));
        return [{ shown, origin, link, lookup: isHere ? undefined : look(link) }];
      },
    );
    try {
      for (const target of targets) await showTarget(shown, target, mayKeep);
    } finally {
      await Promise.all(targets.map((target) => ("lookup" in target ? discard(target.lookup) : undefined)));
    }
  }

  async function showTarget(
    shown: Shown,
    target: Target | { origin: Link; failure: FetchFailure },
    mayKeep: boolean,
  ): Promise<void> {
    try {
      if ("failure" in target) throw target.failure;
      await showOne(target, mayKeep);
    } catch (error) {
      // One link's sentence must not keep the next link from being answered.
      if (!(error instanceof FetchFailure)) throw error;
      if (!shown.quiet) noteIn(shown, target.origin)(await shown.ctx.reply(error.failure.sentence));
    }
  }

  /** What was looked up and is not shown leaves no file behind. */
  async function discard(lookup: Lookup | undefined): Promise<void> {
    if (!lookup || lookup.isUsed) return;
    const post = await lookup.post.catch(() => undefined);
    await Promise.all(post?.items.map((item) => item?.file?.close()) ?? []);
  }

  return {
    /** Shows all of a message's links. What does not come is said, unless the room wants it quiet. */
    async show(shown: Shown): Promise<void> {
      const { ctx, links, quiet } = shown;
      const mayKeep = !(await ctx.room.encrypted());
      const isAllKept = mayKeep && links.every(({ id }) => keptPosts.get(id) !== undefined);
      // What is there at once needs no sign; a run that repeats the first does as it did.
      const sign = answers.signOf(ctx.event.event_id, !quiet && !isAllKept);
      if (sign) await ctx.progress(() => showAll(shown, mayKeep));
      else await showAll(shown, mayKeep);
    },
  };
}
