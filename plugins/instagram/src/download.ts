import { type BotFile, type Files, HostError, type Log } from "@rookery/plugin-sdk";
import type { Deadline } from "./deadline.ts";
import { FAILURES, failureOfDownload, isTooLarge } from "./errors.ts";
import { createLimit } from "./limit.ts";
import type { Item, Post } from "./post.ts";

type Media =
  | { status: "ready"; file: BotFile; name: string }
  /** `bytes` where it is known. */
  | { status: "too-large"; bytes: number | undefined }
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
  deadline: Deadline;
  /** Of one file. */
  maxBytes: number;
}

const AT_ONCE = 4;
const MAX_COVER_BYTES = 4 * 1024 * 1024;

/** Downloads a post's items side by side, and uploads each as soon as it is there. */
export function startDownloads(post: Post, { files, log, deadline, maxBytes }: DownloadOptions): Downloads {
  const limit = createLimit(AT_ONCE);
  const opened: BotFile[] = [];
  let closed = false;

  function fetchFile(url: string, maxBytes: number): Promise<BotFile> {
    return limit(async () => {
      const timeoutMs = deadline.left();
      if (closed || timeoutMs === 0) throw new HostError("DEADLINE", "No time was left to begin.");
      const headers = { referer: "https://www.instagram.com/" };
      const file = await files.fetch(url, { headers, maxBytes, timeoutMs });
      opened.push(file);
      return file;
    });
  }

  async function fetchMedia(item: Item, name: string): Promise<Media> {
    let file: BotFile;
    try {
      file = await fetchFile(item.url, maxBytes);
    } catch (error) {
      if (isTooLarge(error)) return { status: "too-large", bytes: sizeIn(error) };
      const { sentence, unexpected } = failureOfDownload(error);
      if (unexpected) log.error("A file could not be downloaded.", error);
      return { status: "failed", sentence };
    }
    const [family, subtype] = file.type.split("/");
    if (family !== (item.kind === "video" ? "video" : "image")) {
      log.warn(`What should be a ${item.kind} is ${file.type}.`);
      return { status: "failed", sentence: FAILURES.notMedia.sentence };
    }
    const fileName = `${name}.${subtype === "jpeg" ? "jpg" : subtype}`;
    try {
      await file.upload(fileName);
    } catch (error) {
      if (isTooLarge(error)) return { status: "too-large", bytes: file.size };
      // Sending it meets the same trouble, and fails the delivery with it.
    }
    return { status: "ready", file, name: fileName };
  }

  async function fetchCover(url: string): Promise<BotFile | undefined> {
    try {
      const file = await fetchFile(url, MAX_COVER_BYTES);
      if (!file.type.startsWith("image/")) return undefined;
      await file.upload("cover", { preview: "blurhash" });
      return file;
    } catch (error) {
      log.warn("A video comes without its cover.", error);
      return undefined;
    }
  }

  async function download(item: Item | null, name: string): Promise<Download> {
    if (!item) return { status: "failed", sentence: FAILURES.refused.sentence };
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
