import type { MediaFile } from "./media-file.ts";

/** How the web site answers for a post, where it is not the plain "here it is". */
export type PageFault =
  | { kind: "private" }
  | { kind: "deleted" }
  | { kind: "restricted"; reason: string }
  | { kind: "rate-limited"; how: "login" | "429" }
  | { kind: "slow"; how: Slowness };

/** How the CDN answers for a post's files, where it is not the plain file. */
export type FileFault =
  | { kind: "slow"; how: Slowness }
  | { kind: "large"; bytes: number; declared: boolean }
  | { kind: "html" }
  | { kind: "missing" };

/** `silent`: accepts the request and never answers. `trickle`: a byte now and then, without an end. */
export type Slowness = "silent" | "trickle";

/** One picture or video of a post. */
export interface Item {
  pk: bigint;
  /** What is shown of it: the picture, or the video. */
  file: MediaFile;
  /** Smaller versions of the picture, or the still pictures of the video. */
  stills: MediaFile[];
  /** Of this one alone. */
  fault?: FileFault;
}

/** A post, reel or story of the stand-in. */
export interface Post {
  pk: bigint;
  code: string;
  user: { pk: string; username: string; full_name: string };
  caption: string;
  /** Seconds since 1970. */
  takenAt: number;
  /** One: a picture post or a reel. More: a carousel. */
  items: Item[];
  /** Shown among its user's stories only. */
  isStory?: boolean;
  pageFault?: PageFault;
  /** What others embed shows it, whatever is wrong with its page. */
  isEmbeddable?: boolean;
  fileFault?: FileFault;
}

/** Where the CDN serves a file of an item; the path tells {@link findFile} which. */
export function fileUrl(item: Item, file: MediaFile): string {
  const host = file.mimetype.startsWith("video/") ? "scontent.xx.fbcdn.net" : "scontent.cdninstagram.com";
  return `https://${host}/v/${item.pk}/${file.name}?oh=signature&oe=6F000000`;
}

/** The file behind a path made by {@link fileUrl}, with what is wrong with it: stills are always well. */
export function findFile(
  posts: Iterable<Post>,
  path: string,
): { file: MediaFile; fault: FileFault | undefined } | undefined {
  for (const post of posts) {
    for (const item of post.items) {
      for (const file of [item.file, ...item.stills]) {
        if (path !== `/v/${item.pk}/${file.name}`) continue;
        return { file, fault: file === item.file ? (item.fault ?? post.fileFault) : undefined };
      }
    }
  }
  return undefined;
}

/** Instagram's own shape of a post, MEDIA in instagram.md: as both its API and its page carry it. */
export function mediaOf(post: Post): object {
  const [first] = post.items;
  return {
    pk: String(post.pk),
    code: post.code,
    user: post.user,
    caption: post.caption ? { text: post.caption } : null,
    taken_at: post.takenAt,
    like_count: 12,
    ...(first && versionsOf(first)),
    ...(post.items.length > 1 && {
      carousel_media: post.items.map((item) => ({ pk: String(item.pk), ...versionsOf(item) })),
    }),
  };
}

function versionsOf(item: Item): object {
  const version = (file: MediaFile) => ({
    url: fileUrl(item, file),
    width: file.width,
    height: file.height,
  });
  const isVideo = item.file.mimetype.startsWith("video/");
  const pictures = isVideo ? item.stills : [item.file, ...item.stills];
  return {
    media_type: isVideo ? 2 : 1,
    image_versions2: { candidates: pictures.map(version) },
    ...(isVideo && {
      video_versions: [{ id: `${item.pk}v`, type: 101, ...version(item.file) }],
      video_duration: item.file.duration,
      has_audio: item.file.hasAudio,
      video_codec: "avc1.4D401E",
    }),
  };
}

/** The shape in which embed pages carried a post in 2024. Today's was not seen. */
export function embeddedOf(post: Post): object {
  const [first] = post.items;
  return {
    shortcode: post.code,
    taken_at_timestamp: post.takenAt,
    owner: { username: post.user.username, full_name: post.user.full_name },
    edge_media_to_caption: { edges: post.caption ? [{ node: { text: post.caption } }] : [] },
    ...(first && embeddedItem(first)),
    ...(post.items.length > 1 && {
      edge_sidecar_to_children: { edges: post.items.map((item) => ({ node: embeddedItem(item) })) },
    }),
  };
}

function embeddedItem(item: Item): object {
  const { file } = item;
  const isVideo = file.mimetype.startsWith("video/");
  const [still = file] = item.stills;
  return {
    is_video: isVideo,
    display_url: fileUrl(item, isVideo ? still : file),
    dimensions: { width: file.width, height: file.height },
    ...(isVideo && { video_url: fileUrl(item, file), video_duration: file.duration }),
  };
}
