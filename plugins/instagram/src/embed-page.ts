import { type Failures, FetchFailure, type Item, known, type Post, type Source } from "@rookery/link-media";
import { parse, type Static, type TSchema, Type } from "@rookery/plugin-sdk";
import { ask } from "./ask.ts";

const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

const Node = Type.Object({
  display_url: Type.String(),
  is_video: maybe(Type.Boolean()),
  video_url: maybe(Type.String()),
  video_duration: maybe(Type.Number()),
  dimensions: maybe(Type.Object({ width: Type.Number(), height: Type.Number() })),
});

/** A post as the site's own scripts had it in 2024; which of it is there today was not seen. */
const Media = Type.Object({
  ...Node.properties,
  shortcode: Type.String(),
  taken_at_timestamp: maybe(Type.Number()),
  owner: maybe(Type.Object({ username: maybe(Type.String()), full_name: maybe(Type.String()) })),
  edge_media_to_caption: maybe(
    Type.Object({ edges: Type.Array(Type.Object({ node: Type.Object({ text: Type.String() }) })) }),
  ),
  edge_sidecar_to_children: maybe(Type.Object({ edges: Type.Array(Type.Object({ node: Node })) })),
});

/** A string of JSON inside of JSON inside of a script. */
const CONTEXT = /"contextJSON":\s*("(?:[^"\\]|\\.)*")/;

/** What others embed into their pages: public posts, also where the site itself wants a login. Stories have none. */
export function embedPage(failures: Failures): Source {
  return {
    name: "the embed page",
    async fetch({ url, id }, deadline) {
      if (new URL(url).pathname.startsWith("/stories/")) throw new FetchFailure(failures.login);
      const page = `https://www.instagram.com/p/${id}/embed/captioned/`;
      const answer = await ask(page, failures, deadline);
      if (answer.status !== 200) throw new FetchFailure(failures.limited);
      const post = readEmbedPage(await answer.text());
      // A still picture of a film is not what they would have seen.
      if (!post || post.items.includes(null)) throw new FetchFailure(failures.login);
      return post;
    },
  };
}

/** The post in an embed page's data; `undefined` where it has none, as of private ones. */
export function readEmbedPage(html: string): Post | undefined {
  const [, text] = CONTEXT.exec(html) ?? [];
  if (text === undefined) return undefined;
  try {
    const context = JSON.parse(JSON.parse(text) as string) as Context;
    const found = context.gql_data?.shortcode_media ?? context.gql_data?.xdt_shortcode_media;
    return found ? toPost(parse(Media, found)) : undefined;
  } catch {
    // It is none that this knows: another way may.
    return undefined;
  }
}

interface Context {
  gql_data?: { shortcode_media?: unknown; xdt_shortcode_media?: unknown } | null;
}

function toPost(media: Static<typeof Media>): Post {
  const children = media.edge_sidecar_to_children?.edges.map(({ node }) => node) ?? [media];
  const { taken_at_timestamp: at, owner } = media;
  return {
    id: media.shortcode,
    author: owner?.username ?? undefined,
    authorName: owner?.full_name || undefined,
    text: (media.edge_media_to_caption?.edges[0]?.node.text ?? "").trim(),
    at: typeof at === "number" ? at * 1000 : undefined,
    sensitive: false,
    items: children.map(toItem),
  };
}

function toItem({
  display_url,
  is_video,
  video_url,
  video_duration,
  dimensions,
}: Static<typeof Node>): Item | null {
  const { width, height } = dimensions ?? {};
  if (!is_video)
    return { kind: "picture", url: display_url, cover: undefined, info: known({ width, height }) };
  if (!video_url) return null;
  const durationMs = video_duration ? video_duration * 1000 : undefined;
  return { kind: "video", url: video_url, cover: display_url, info: known({ width, height, durationMs }) };
}
