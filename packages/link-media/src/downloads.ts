import { type BotFile, type Files, HostError, type Log } from "@rookery/plugin-sdk";
import type { Deadline } from "./deadline.ts";
import { type Failures, failureOfRequest, isTooLarge } from "./failures.ts";
import type { Item, Post } from "./post.ts";
import { createQueue } from "./queue.ts";
import type { Shrinker } from "./shrink.ts";

type Media =
  | { status: "ready"; file: BotFile; name: string }
  /** `bytes` where it is known. */
  | { status: "too-large"; bytes: number | undefined; name: string }
  | { status: "failed"; sentence: string };

/** What became of one item. Videos have a cover, mostly. */
export type Download = Media & { cover?: BotFile | undefined };

export interface Downloads {
  /** One for each item, in the post's order. None rejects. */
  items: Promise<Download>[];
  /** Starts no more downloads, waits for those under way, and closes every file. */
  close(): Promise<void>;
}

export interface DownloadOptions {
  files: Files;
  log: Log;
  failures: Failures;
  deadline: Deadline;
  /** Sent with each request. */
  headers: Record<string, string>;
  /** Of one file that is sent. */
  maxBytes: number;
  /** A film of up to so many bytes is made smaller; 0 where that cannot be done. */
  shrinkBytes: number;
  shrinker: Shrinker;
  /** Whether the room is, into which they are sent. */
  encrypted?: boolean;
}

const AT_ONCE = 4;
const MAX_COVER_BYTES = 4 * 1024 * 1024;

/** Downloads a post's items side by side, and uploads each as soon as it is there. */
export function startDownloads(post: Post, options: DownloadOptions): Downloads {
  const { files, log, failures, deadline, headers, maxBytes, shrinkBytes, shrinker } = options;
  const { encrypted = false } = options;
  const queued = createQueue(AT_ONCE);
  const opened: BotFile[] = post.items.flatMap((item) => (item?.file ? [item.file] : []));
  let closed = false;

  function fetchFile(url: string, maxBytes: number): Promise<BotFile> {
    return queued(async () => {
      const timeoutMs = deadline.left();
      if (closed || timeoutMs === 0) throw new HostError("DEADLINE", "No time was left to begin.");
      const file = await files.fetch(url, { headers, maxBytes, timeoutMs });
      opened.push(file);
      return file;
    });
  }

  async function fetchMedia(item: Item, name: string): Promise<Media> {
    if (item.isTooLarge) return { status: "too-large", bytes: undefined, name };
    let file: BotFile;
    try {
      file =
        item.file ??
        (await fetchFile(item.url, item.kind === "video" ? Math.max(maxBytes, shrinkBytes) : maxBytes));
    } catch (error) {
      if (isTooLarge(error)) return { status: "too-large", bytes: sizeIn(error), name };
      const failure = failureOfRequest(failures, error);
      if (failure.unexpected) log.error("A file could not be downloaded.", error);
      return { status: "failed", sentence: failure.sentence };
    }
    const [family = "", subtype] = file.type.split("/");
    const wanted = { picture: ["image"], video: ["video"], either: ["image", "video", "audio"] }[item.kind];
    if (!wanted.includes(family)) {
      log.warn(`What should be a ${item.kind} is ${file.type}.`);
      return { status: "failed", sentence: failures.notMedia.sentence };
    }
    const fileName = `${name}.${subtype === "jpeg" ? "jpg" : subtype}`;
    return await upload(file, fileName);
  }

  async function upload(file: BotFile, name: string): Promise<Media> {
    if (file.size > maxBytes) {
      const small = await shrinker.shrink(file, maxBytes, deadline);
      if (!small) return { status: "too-large", bytes: file.size, name };
      opened.push(small);
      return await upload(small, name.replace(/\.\w+$/, ".mp4"));
    }
    try {
      await file.upload(name, { encrypted });
    } catch (error) {
      if (isTooLarge(error)) return { status: "too-large", bytes: file.size, name };
      // Sending it meets the same trouble, and fails the delivery with it.
    }
    return { status: "ready", file, name };
  }

  async function fetchCover(url: string): Promise<BotFile | undefined> {
    try {
      const file = await fetchFile(url, MAX_COVER_BYTES);
      if (!file.type.startsWith("image/")) return undefined;
      await file.upload("cover", { preview: "blurhash", encrypted });
      return file;
    } catch (error) {
      log.warn("A video comes without its cover.", error);
      return undefined;
    }
  }

  async function download(item: Item | null, name: string): Promise<Download> {
    if (!item) return { status: "failed", sentence: failures.refused.sentence };
    const { cover: coverUrl } = item;
    const [media, cover] = await Promise.all([
      fetchMedia(item, name),
      coverUrl ? fetchCover(coverUrl) : undefined,
    ]);
    return { ...media, cover };
  }

  const items = post.items.map((item, n) => download(item, `${post.author ?? "post"}_${post.id}_${n + 1}`));
  return {
    items,
    async close() {
      closed = true;
      await Promise.all(items);
      await Promise.all(opened.map((file) => file.close()));
    },
  };
}

/** What the server declared, where the host says so. */
function sizeIn({ data }: HostError): number | undefined {
  const size = data !== null && typeof data === "object" && !Array.isArray(data) ? data.size : undefined;
  return typeof size === "number" ? size : undefined;
}
