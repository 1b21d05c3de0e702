import { type Context, UserError } from "@rookery/plugin-sdk";
import { type CaptionMode, captionOf } from "./caption.ts";
import { type Download, type DownloadOptions, startDownloads } from "./download.ts";
import { incomplete, tooLarge } from "./errors.ts";
import type { Link } from "./links.ts";
import type { Item, Post } from "./post.ts";

export interface DeliverOptions extends DownloadOptions {
  caption: CaptionMode;
}

/**
 * Brings a post into the room: its items in order, the first as a reply with the caption. What is
 * too large comes as its cover; what failed is named at the end and takes nothing else along.
 *
 * @throws UserError where nothing of the post came through
 */
export async function deliver(ctx: Context, post: Post, link: Link, options: DeliverOptions): Promise<void> {
  const downloads = startDownloads(post, options);
  const missing: { position: number; sentence: string }[] = [];
  let opening: Opening = { reply: true, caption: captionOf(post, options.caption) };

  try {
    for (const [index, download] of downloads.items.entries()) {
      const result = await download;
      if (result.status === "failed") {
        missing.push({ position: index + 1, sentence: result.sentence });
        continue;
      }
      if (result.status === "ready") await sendItem(ctx, result, post.items[index]?.info, opening);
      else await sendInstead(ctx, result, tooLarge(result.bytes, options.maxBytes, link.url), opening);
      opening = { reply: false, caption: undefined };
    }
    if (missing.length === post.items.length) throw new UserError(missing[0]?.sentence);
    if (missing.length > 0) await ctx.send(incomplete(missing, post.items.length));
  } finally {
    await downloads.close();
  }
}

/** What makes the first event of a post the first. */
interface Opening {
  reply: boolean;
  caption: string | undefined;
}

async function sendItem(
  ctx: Context,
  { file, name, cover }: Download & { status: "ready" },
  info: Item["info"] | undefined,
  { reply, caption }: Opening,
): Promise<void> {
  await ctx.sendFile(file, {
    name,
    reply,
    ...info,
    ...(caption === undefined ? {} : { caption }),
    ...(cover ? { thumbnail: cover } : {}),
  });
}

/** The cover and a note, in the place of a file that cannot be sent. */
async function sendInstead(
  ctx: Context,
  { cover }: Download,
  note: string,
  { reply, caption }: Opening,
): Promise<void> {
  const text = caption === undefined ? note : `${caption}\n\n${note}`;
  if (cover) await ctx.sendFile(cover, { name: "cover.jpg", caption: text, reply });
  else if (reply) await ctx.reply(text);
  else await ctx.send(text);
}
