import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { answerCdn } from "./cdn.ts";
import { makeCertificate } from "./certificate.ts";
import { type MediaFile, mediaFile } from "./media-file.ts";
import type { FileFault, Item, PageFault, Post, Slowness } from "./post.ts";
import { shortcodeOf } from "./shortcode.ts";
import { startTlsProxy } from "./tls-proxy.ts";
import { answerWebsite, type World } from "./website.ts";

/** The words around a post's pictures; each has a default. */
export interface PostText {
  caption?: string;
  username?: string;
  fullName?: string;
}

/** One request that reached the stand-in. */
export interface LoggedRequest {
  method: string;
  host: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
}

/** A post of the stand-in: the link that a person would paste, and the files in order as a reader should get them. */
export interface AddedPost {
  url: string;
  files: MediaFile[];
}

/** A stand-in of Instagram on loopback, to be reached through its proxy, trusting its authority. */
export interface Instagram {
  /** For `https_proxy`, and the host's `proxy` setting. */
  proxyUrl: string;
  /** PEM file for `SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS`. Goes away with {@link close}. */
  caFile: string;
  /** Added before every answer; may be set at any time. */
  delayMs: number;
  /** Every request that came, oldest first. */
  requests: LoggedRequest[];
  /** Hosts outside Instagram that were asked for, and refused. */
  refused: string[];
  /** The value of a `sessionid` cookie that counts as logged in; any other counts as expired. */
  session: string;

  addReel(text?: PostText): AddedPost;
  /** A post of one picture. */
  addPost(text?: PostText & { picture?: PictureName }): AddedPost;
  /** @param faults what is wrong with single files, by their place from 0 */
  addCarousel(kinds: ("picture" | "video")[], text?: PostText, faults?: Record<number, FileFault>): AddedPost;
  /** Stories are shown to who is logged in only. */
  addStory(kind: "picture" | "video", text?: PostText): AddedPost;
  /** A link of `/share/…`, which leads to the post by a redirect. */
  addShare(post: AddedPost): AddedPost;

  /** Shown to who is logged in only. */
  addPrivate(text?: PostText): AddedPost;
  addDeleted(): AddedPost;
  /** Instagram refuses it with a reason of its own. */
  addRestricted(reason: string): AddedPost;
  /** Instagram asks to log in (default), or answers 429; others may embed it all the same. */
  addRateLimited(how?: "login" | "429", more?: { embeddable: boolean }): AddedPost;
  /** The post's page (default) or its video never comes to an end. */
  addTooSlow(how: Slowness, where?: "page" | "file"): AddedPost;
  /** A reel whose file has this many bytes, with or without a Content-Length. */
  addTooLarge(bytes: number, options?: { declared: boolean }): AddedPost;
  /** A reel whose file is an HTML page. */
  addHtmlAsVideo(): AddedPost;

  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type PictureName = "portrait.jpg" | "landscape.jpg" | "square.png";

const PICTURES: PictureName[] = ["portrait.jpg", "landscape.jpg", "square.png"];
const VIDEOS = ["reel.mp4", "clip.mp4"] as const;

const CDN_HOST = /^[\w-]+(\.xx)?\.(cdninstagram\.com|fbcdn\.net)$/;
const SITE_HOSTS = ["www.instagram.com", "instagram.com", "m.instagram.com"];

/** @throws if the `openssl` program is absent, which makes the certificate */
export async function startInstagram(options: { delayMs?: number } = {}): Promise<Instagram> {
  const folder = await mkdtemp(join(tmpdir(), "rookery-instagram-"));
  const requests: LoggedRequest[] = [];
  const world: World = { posts: new Map(), shares: new Map(), session: "test-session" };
  const certificate = await makeCertificate(folder, [
    ...SITE_HOSTS,
    ...["*.cdninstagram.com", "*.xx.cdninstagram.com", "*.fbcdn.net", "*.xx.fbcdn.net"],
  ]);
  const plays = (host: string) => SITE_HOSTS.includes(host) || CDN_HOST.test(host);
  const proxy = await startTlsProxy(certificate, plays, async (request, response) => {
    const { method = "", headers, url: path = "/" } = request;
    const host = headers.host ?? "";
    requests.push({ method, host, path, headers });
    if (instagram.delayMs > 0) await delay(instagram.delayMs);
    if (CDN_HOST.test(host)) answerCdn(world.posts.values(), request, response);
    else answerWebsite(world, request, response);
  });

  let lastPk = 3_500_000_000_000_000_000n;

  function makeItem(name: MediaFile["name"]): Item {
    lastPk += 4_097n;
    const file = mediaFile(name, `item ${lastPk}`);
    const still = mediaFile("portrait-small.jpg", `still of ${lastPk}`);
    return { pk: lastPk, file, stills: [still] };
  }

  function add(
    names: MediaFile["name"][],
    text: PostText = {},
    more: Pick<Post, "pageFault" | "fileFault" | "isStory" | "isEmbeddable"> = {},
  ) {
    const { caption = "Two weeks in the hills", username = "rook", fullName = "Rook & Co" } = text;
    const items = names.map(makeItem);
    lastPk += 4_097n;
    const userPk = BigInt(`0x${Buffer.from(username).toString("hex")}`);
    const user = { pk: String(userPk), username, full_name: fullName };
    const code = shortcodeOf(lastPk);
    const post = { pk: lastPk, code, user, caption, takenAt: 1_790_000_000, items, ...more };
    world.posts.set(code, post);
    return post;
  }

  const link = (kind: "p" | "reel", post: Post): AddedPost => ({
    url: `https://www.instagram.com/${kind}/${post.code}/`,
    files: post.items.map(({ file }) => file),
  });
  const reel = (
    text?: PostText,
    faults?: { pageFault?: PageFault; fileFault?: FileFault; isEmbeddable?: boolean },
  ) => link("reel", add(["reel.mp4"], text, faults));

  async function close(): Promise<void> {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  }

  const instagram: Instagram = {
    proxyUrl: proxy.url,
    caFile: certificate.caFile,
    delayMs: options.delayMs ?? 0,
    requests,
    refused: proxy.refused,
    session: world.session,

    addReel: (text) => reel(text),
    addPost: ({ picture = "portrait.jpg", ...text } = {}) => link("p", add([picture], text)),
    addCarousel(kinds, text, faults = {}) {
      const names = kinds.map((kind, n) => (kind === "picture" ? pick(PICTURES, n) : pick(VIDEOS, n)));
      const post = add(names, text);
      for (const [n, fault] of Object.entries(faults)) Object.assign(post.items[Number(n)] ?? {}, { fault });
      return link("p", post);
    },
    addStory(kind, text) {
      const post = add([kind === "picture" ? "portrait.jpg" : "reel.mp4"], text, { isStory: true });
      return {
        ...link("p", post),
        url: `https://www.instagram.com/stories/${post.user.username}/${post.pk}/`,
      };
    },
    addShare(post) {
      const path = `/share/${shortcodeOf(BigInt(world.shares.size) + 500_000_000n)}/`;
      world.shares.set(path, new URL(post.url).pathname);
      return { ...post, url: `https://www.instagram.com${path}` };
    },

    addPrivate: (text) => reel(text, { pageFault: { kind: "private" } }),
    addDeleted: () => reel({}, { pageFault: { kind: "deleted" } }),
    addRestricted: (reason) => reel({}, { pageFault: { kind: "restricted", reason } }),
    addRateLimited: (how = "login", { embeddable: isEmbeddable } = { embeddable: false }) =>
      reel({}, { pageFault: { kind: "rate-limited", how }, isEmbeddable }),
    addTooSlow: (how, where = "page") =>
      reel(
        {},
        where === "page" ? { pageFault: { kind: "slow", how } } : { fileFault: { kind: "slow", how } },
      ),
    addTooLarge: (bytes, { declared } = { declared: true }) =>
      reel({}, { fileFault: { kind: "large", bytes, declared } }),
    addHtmlAsVideo: () => reel({}, { fileFault: { kind: "html" } }),

    close,
    [Symbol.asyncDispose]: close,
  };
  return instagram;
}

function pick<T>(from: readonly [T, ...T[]] | T[], n: number): T {
  const picked = from[n % from.length];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}
