import { type BotFile, type Files, HostError, type Log } from "@rookery/plugin-sdk";
import { expect, test } from "vitest";
import { deadlineIn } from "./deadline.ts";
import { startDownloads } from "./downloads.ts";
import { failuresOf } from "./failures.ts";
import type { Item, Post } from "./post.ts";
import type { Shrinker } from "./shrink.ts";

const FAILURES = failuresOf("Instagram");
const NO_SHRINKING: Shrinker = { isThere: async () => false, shrink: async () => null };

const picture = (n: number): Item => ({
  kind: "picture",
  url: `https://cdn/${n}.jpg`,
  cover: undefined,
  info: {},
});
const pictures = (count: number): Post => ({
  id: "p",
  author: "rook",
  authorName: undefined,
  text: "",
  at: undefined,
  sensitive: false,
  items: Array.from({ length: count }, (_, n) => picture(n + 1)),
});

/** A host whose downloads end when the test says so, and whose homeserver may refuse what is uploaded. */
function createHost({ refuses }: { refuses?: string } = {}) {
  const started: string[] = [];
  const uploaded: string[] = [];
  const closed: string[] = [];
  const ends = new Map<string, { resolve: (file: BotFile) => void; reject: (error: Error) => void }>();
  const watchers: { done: () => boolean; resolve: () => void }[] = [];
  const changed = () => {
    for (const { done, resolve } of watchers) if (done()) resolve();
  };
  const files: Files = {
    fetch(url) {
      started.push(url);
      changed();
      return new Promise((resolve, reject) => ends.set(url, { resolve, reject }));
    },
    download: () => Promise.reject(new Error("not used here")),
    uploadLimit: () => Promise.reject(new Error("not used here")),
  };
  const file = (url: string): BotFile => ({
    id: url,
    size: 10,
    type: "image/jpeg",
    async upload() {
      if (refuses) throw new HostError(refuses, "The homeserver says no.");
      uploaded.push(url);
      changed();
      return { mxc: `mxc://test/${uploaded.length}` };
    },
    async close() {
      closed.push(url);
    },
  });
  const silent = () => undefined;
  const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
  return {
    options: {
      ...{ files, log, failures: FAILURES, deadline: deadlineIn(60_000), headers: {}, maxBytes: 1000 },
      ...{ shrinkBytes: 0, shrinker: NO_SHRINKING },
    },
    started,
    uploaded,
    closed,
    end: (url: string) => ends.get(url)?.resolve(file(url)),
    fail: (url: string, code: string) => ends.get(url)?.reject(new HostError(code, "for the log")),
    /** Waits for the thing itself. */
    until: (done: () => boolean) =>
      new Promise<void>((resolve) => {
        watchers.push({ done, resolve });
        changed();
      }),
  };
}

test("four downloads run at once, and a fifth begins when one of them ends", async () => {
  const host = createHost();
  const downloads = startDownloads(pictures(6), host.options);
  await host.until(() => host.started.length === 4);
  expect(host.started).toEqual([1, 2, 3, 4].map((n) => `https://cdn/${n}.jpg`));

  host.end("https://cdn/3.jpg");
  await host.until(() => host.started.length === 5);
  expect(host.started[4]).toBe("https://cdn/5.jpg");

  for (const n of [1, 2, 4, 5]) host.end(`https://cdn/${n}.jpg`);
  await host.until(() => host.started.length === 6);
  host.end("https://cdn/6.jpg");
  const names = (await Promise.all(downloads.items)).map((item) => item.status === "ready" && item.name);
  expect(names).toEqual([1, 2, 3, 4, 5, 6].map((n) => `rook_p_${n}.jpg`));
  await downloads.close();
});

test("an upload begins while other downloads still run", async () => {
  const host = createHost();
  const downloads = startDownloads(pictures(3), host.options);
  await host.until(() => host.started.length === 3);

  host.end("https://cdn/2.jpg");
  await host.until(() => host.uploaded.includes("https://cdn/2.jpg"));

  host.end("https://cdn/1.jpg");
  host.end("https://cdn/3.jpg");
  await downloads.close();
  expect(host.uploaded).toHaveLength(3);
});

test("a video and its cover are fetched side by side", async () => {
  const host = createHost();
  const video: Item = { kind: "video", url: "https://cdn/v.mp4", cover: "https://cdn/v.jpg", info: {} };
  const downloads = startDownloads({ ...pictures(0), items: [video] }, host.options);
  await host.until(() => host.started.length === 2);

  host.end("https://cdn/v.jpg");
  host.fail("https://cdn/v.mp4", "TOO_LARGE");
  expect(await downloads.items[0]).toMatchObject({ status: "too-large", cover: { id: "https://cdn/v.jpg" } });
  await downloads.close();
});

test("what the homeserver finds too large is too large, and its size is known", async () => {
  const host = createHost({ refuses: "M_TOO_LARGE" });
  const downloads = startDownloads(pictures(1), host.options);
  await host.until(() => host.started.length === 1);

  host.end("https://cdn/1.jpg");
  expect(await downloads.items[0]).toMatchObject({ status: "too-large", bytes: 10 });
  await downloads.close();
  expect(host.closed).toEqual(["https://cdn/1.jpg"]);
});

test("another trouble with the homeserver is left to the sending, which fails the delivery", async () => {
  const host = createHost({ refuses: "M_UNKNOWN" });
  const downloads = startDownloads(pictures(1), host.options);
  await host.until(() => host.started.length === 1);

  host.end("https://cdn/1.jpg");
  expect(await downloads.items[0]).toMatchObject({ status: "ready" });
  await downloads.close();
});

test("closing ends what waits, and closes what came", async () => {
  const host = createHost();
  const downloads = startDownloads(pictures(6), host.options);
  await host.until(() => host.started.length === 4);

  const closing = downloads.close();
  for (const n of [1, 2, 3]) host.end(`https://cdn/${n}.jpg`);
  host.fail("https://cdn/4.jpg", "NETWORK_FAILED");
  await closing;

  expect(host.started).toHaveLength(4);
  expect(host.closed).toEqual([1, 2, 3].map((n) => `https://cdn/${n}.jpg`));
});

test("nothing begins after the deadline", async () => {
  const host = createHost();
  const downloads = startDownloads(pictures(1), { ...host.options, deadline: { left: () => 0 } });

  expect(await downloads.items[0]).toMatchObject({ status: "failed", sentence: FAILURES.slow.sentence });
  expect(host.started).toEqual([]);
  await downloads.close();
});
