import type { IncomingMessage, ServerResponse } from "node:http";
import { embeddedOf, mediaOf, type Post } from "./post.ts";
import { answerSlowly } from "./slow.ts";

/** What www.instagram.com knows. */
export interface World {
  /** By shortcode. */
  posts: Map<string, Post>;
  /** By the path of the share link: the path it leads to. */
  shares: Map<string, string>;
  /** The `sessionid` cookie of somebody who is logged in. */
  session: string;
}

type Answer = (response: ServerResponse) => void;

/** Plays www.instagram.com: the requests that yt-dlp's extractor makes (instagram.md lists them). */
export function answerWebsite(world: World, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "https://www.instagram.com");
  const cookie = /(?:^|;\s*)sessionid=([^;]*)/.exec(request.headers.cookie ?? "")?.[1];
  const visitor = cookie === undefined ? "anonymous" : cookie === world.session ? "member" : "expired";
  readBody(request, (body) => route(world, url, visitor, body)(response));
}

function route(world: World, url: URL, visitor: "anonymous" | "member" | "expired", body: string): Answer {
  const path = url.pathname;
  const posts = [...world.posts.values()];
  if (path === "/") return page('<script type="application/json" id="__eqmc">{"l":"LSD"}</script>');
  if (path.startsWith("/accounts/login")) return loginPage(url);

  const info = /^\/api\/v1\/media\/(\d+)\/info\/$/.exec(path);
  if (info) {
    if (visitor !== "member") return loginFirst(path);
    const post = posts.find(({ pk }) => String(pk) === info[1]);
    if (!post || isGone(post))
      return json({ message: "Media not found or unavailable", status: "fail" }, 400);
    return post.pageFault?.kind === "private" ? media(post) : (fault(post, path) ?? media(post));
  }
  if (path === "/api/v1/web/get_ruling_for_content/") {
    const post = posts.find(({ pk }) => String(pk) === url.searchParams.get("target_id"));
    if (post?.pageFault?.kind !== "restricted") return json({ status: "ok" });
    return json({ status: "ok", title: "Restricted Video", description: post.pageFault.reason });
  }
  if (path === "/api/graphql") {
    const { media_id } = JSON.parse(new URLSearchParams(body).get("variables") ?? "{}") as {
      media_id?: string;
    };
    const post = posts.find(({ pk }) => String(pk) === media_id);
    if (!post || isGone(post)) return json({ data: { xig_polaris_media: null } });
    return fault(post, path) ?? json({ data: polarisMedia(post) });
  }
  if (path === "/api/v1/feed/reels_media/") {
    if (visitor !== "member") return loginFirst(path);
    const stories = posts.filter(
      ({ user, isStory }) => isStory && user.pk === url.searchParams.get("reel_ids"),
    );
    const [first] = stories;
    if (!first) return json({ reels: {}, status: "ok" });
    return json({ reels: { [first.user.pk]: { user: first.user, items: stories.map(mediaOf) } } });
  }
  const story = /^\/stories\/([^/]+)\//.exec(path);
  if (story) {
    const user = posts.find(({ user }) => user.username === story[1])?.user;
    if (visitor !== "member") return loginFirst(path);
    return user ? page(`<script>{"props":{"user":${JSON.stringify(user)}}}</script>`) : notFound;
  }
  const embed = /^\/p\/([\w-]+)\/embed\/captioned\/$/.exec(path);
  if (embed) return embedPage(world.posts.get(embed[1] ?? ""), path);
  const share = world.shares.get(path.replace(/\/?$/, "/"));
  if (share) return redirect(share);

  const post = world.posts.get(/^(?:\/[^/]+)?\/(?:p|tv|reels?)\/([\w-]+)\/?$/.exec(path)?.[1] ?? "");
  if (!post || isGone(post)) return notFound;
  return fault(post, path) ?? page(prefetched(polarisMedia(post)));
}

/** Who may not see a post gets a page without its data; who is limited, what is limited elsewhere. */
function embedPage(post: Post | undefined, path: string): Answer {
  if (!post || isGone(post)) return notFound;
  if (post.isEmbeddable !== true && post.pageFault) return fault(post, path) ?? page("This post is private.");
  const context = JSON.stringify({ gql_data: { shortcode_media: embeddedOf(post) } });
  const text = JSON.stringify({ contextJSON: context }).replaceAll("<", "\\u003c");
  return page(`<script>requireLazy(["PolarisEmbedSimple"], (m) => m.init(${text}));</script>`);
}

function isGone(post: Post): boolean {
  return post.pageFault?.kind === "deleted";
}

/** The answer that stands in for a post, where there is one other than the post. */
function fault({ pageFault }: Post, path: string): Answer | undefined {
  switch (pageFault?.kind) {
    case "rate-limited":
      if (pageFault.how === "login") return loginFirst(path);
      return json({ message: "Please wait a few minutes before you try again.", status: "fail" }, 429);
    case "slow":
      return (response) => answerSlowly(response, pageFault.how, "text/html");
    default:
      return undefined;
  }
}

function polarisMedia(post: Post): object {
  const hidden = post.pageFault?.kind === "private" || post.pageFault?.kind === "restricted";
  return { xig_polaris_media: { if_not_gated_logged_out: hidden ? null : mediaOf(post) } };
}

/** The page's data as its scripts find them: a Relay response inside two layers of a module loader. */
function prefetched(data: object): string {
  const cache = ["RelayPrefetchedStreamCache", "next", [], ["key", { __bbox: { result: { data } } }]];
  const scheduled = ["ScheduledServerJS", "handle", null, [{ __bbox: { require: [cache] } }]];
  const text = JSON.stringify({ require: [scheduled] }).replaceAll("<", "\\u003c");
  return `<script type="application/json" data-sjs>${text}</script>`;
}

function media(post: Post): Answer {
  return json({ items: [mediaOf(post)], num_results: 1, status: "ok" });
}

function page(content: string, status = 200): Answer {
  return (response) => {
    response.writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": "csrftoken=test; Domain=.instagram.com; Path=/; Secure",
    });
    response.end(`<!DOCTYPE html><html><head><title>Instagram</title></head><body>${content}</body></html>`);
  };
}

function json(value: object, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify(value));
  };
}

function redirect(location: string): Answer {
  return (response) => response.writeHead(302, { location }).end();
}

const notFound: Answer = (response) => page("Sorry, this page isn't available.", 404)(response);

function loginFirst(path: string): Answer {
  return redirect(`/accounts/login/?next=${encodeURIComponent(path)}`);
}

/** A person gets the page; a program that wanted the API gets an error, by which yt-dlp knows its cookies are no good. */
function loginPage(url: URL): Answer {
  const wantedApi = url.searchParams.get("next")?.startsWith("/api/");
  return page("Log in to Instagram", wantedApi ? 401 : 200);
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  let body = "";
  request.on("data", (data) => {
    body += data;
  });
  request.on("end", () => then(body));
}
