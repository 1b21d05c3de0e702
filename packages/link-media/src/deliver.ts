import type { Context, MessageContent, SendFileOptions, SentEvent } from "@rookery/plugin-sdk";
import { type Caption, type CaptionMode, captionOf } from "./captions.ts";
import type { Download, Downloads } from "./downloads.ts";
import { FetchFailure, incomplete, tooLarge } from "./failures.ts";
import type { KeptItem, KeptPost } from "./kept-posts.ts";
import type { Post } from "./post.ts";
import type { Link } from "./site.ts";

export interface Delivered {
  ctx: Context;
  link: Link;
  siteName: string;
  captions: CaptionMode;
  /** Told of each event that the room got. */
  onSent: (sent: SentEvent) => void;
}

/** What makes the first event of a post the first. */
interface Opening {
  reply: boolean;
  caption: Caption | undefined;
}

/**
 * Brings a post into the room: its items in order, the first as a reply with the caption. What is
 * too large comes as its cover; what failed is named at the end and takes nothing else along.
 *
 * @returns the post as it lies on the homeserver now; `null` where something of it does not
 * @throws FetchFailure where nothing of it came through
 */
export async function deliver(
  to: Delivered,
  post: Post,
  downloads: Downloads,
  { maxBytes, quiet }: { maxBytes: number; quiet: boolean },
): Promise<KeptPost | null> {
  const { ctx, link, onSent } = to;
  const { items: _items, id: _id, ...about } = post;
  const missing: { position: number; sentence: string }[] = [];
  const kept: (KeptItem | null)[] = [];
  const opener = createOpener(to, about);

  for (const [index, download] of downloads.items.entries()) {
    const result = await download;
    if (result.status === "failed") {
      missing.push({ position: index + 1, sentence: result.sentence });
      continue;
    }
    const note = result.status === "too-large" ? tooLarge(result.bytes, maxBytes, link.url) : undefined;
    const options = { spoiler: isCovered(about, link), ...post.items[index]?.info };
    kept.push(await sendItem(ctx, result, note, options, opener));
  }
  if (missing.length === post.items.length) {
    throw new FetchFailure({ sentence: missing[0]?.sentence ?? "There is nothing in it." });
  }
  if (missing.length > 0 && !quiet) onSent(await ctx.send(incomplete(missing, post.items.length)));
  await opener.close();
  return missing.length === 0 && kept.every((item) => item !== null) ? { ...about, items: kept } : null;
}

/** Brings a post into the room that lies on its homeserver already. */
export async function deliverKept(to: Delivered, post: KeptPost): Promise<void> {
  const { ctx, link } = to;
  const opener = createOpener(to, post);
  for (const { media, name, note } of post.items) {
    const { reply, caption } = opener.next(note);
    const covered = { spoiler: isCovered(post, link) };
    if (media) opener.sent(await ctx.sendMedia(media, { name, reply, ...captioned(caption), ...covered }));
    else opener.sent(await say(ctx, caption ?? name, reply));
  }
  await opener.close();
}

/** Says what stands with each item, and puts what is too long for that into the thread. */
function createOpener({ ctx, link, siteName, captions, onSent }: Delivered, about: Omit<KeptPost, "items">) {
  let opening: Opening = { reply: true, caption: captionOf(about, captions, { siteName, url: link.url }) };
  let rest: string | undefined;
  let first: SentEvent | undefined;

  return {
    /** What the next item is sent with. @param note stands under the caption */
    next(note: string | undefined): { reply: boolean; caption: MessageContent | undefined } {
      const { reply, caption } = opening;
      rest ??= caption?.rest;
      if (note === undefined)
        return { reply, caption: caption && { text: caption.text, html: caption.html } };
      return { reply, caption: caption === undefined ? note : `${caption.text}\n\n${note}` };
    },
    sent(event: SentEvent): void {
      first ??= event;
      opening = { reply: false, caption: undefined };
      onSent(event);
    },
    async close(): Promise<void> {
      if (rest === undefined || !first) return;
      // What is in a thread has none of its own.
      const thread = ctx.thread.isNew ? ctx.threadOf(first) : ctx.thread;
      onSent(await thread.send(rest));
    },
  };
}

async function sendItem(
  ctx: Context,
  download: Exclude<Download, { status: "failed" }>,
  note: string | undefined,
  options: SendFileOptions,
  opener: ReturnType<typeof createOpener>,
): Promise<KeptItem | null> {
  const { reply, caption } = opener.next(note);
  const { cover } = download;
  if (download.status === "ready") {
    const { file, name } = download;
    const thumbnail = cover ? { thumbnail: cover } : {};
    const sent = await ctx.sendFile(file, { name, reply, ...captioned(caption), ...thumbnail, ...options });
    opener.sent(sent);
    return sent.media && { media: sent.media, name };
  }
  const name = "cover.jpg";
  if (cover) {
    const { spoiler = false } = options;
    const sent = await ctx.sendFile(cover, { name, reply, spoiler, ...captioned(caption) });
    opener.sent(sent);
    return sent.media && { media: sent.media, name, note };
  }
  opener.sent(await say(ctx, caption ?? name, reply));
  return { media: null, name, note };
}

const say = (ctx: Context, content: MessageContent, reply: boolean) =>
  reply ? ctx.reply(content) : ctx.send(content);
const captioned = (caption: MessageContent | undefined) => (caption === undefined ? {} : { caption });
const isCovered = ({ sensitive }: Pick<KeptPost, "sensitive">, { covered = false }: Link) =>
  sensitive || covered;
