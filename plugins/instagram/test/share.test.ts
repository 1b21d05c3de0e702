import { deadlineIn, failuresOf, type Link } from "@rookery/link-media";
import { afterEach, expect, test, vi } from "vitest";
import { readEmbedPage } from "../src/embed-page.ts";
import { resolveShare } from "../src/share.ts";

const failures = failuresOf("Instagram");
const SHARE: Link = { url: "https://www.instagram.com/share/BAbc/", id: "share/BAbc" };

afterEach(() => vi.unstubAllGlobals());

/** What a share link leads to where it is answered so. */
async function resolved(status: number, location: string | undefined, link = SHARE) {
  const asked: unknown[] = [];
  vi.stubGlobal("fetch", async (...args: unknown[]) => {
    asked.push(args);
    return new Response(null, { status, headers: location === undefined ? {} : { location } });
  });
  const target = await resolveShare(link, failures, deadlineIn(1_000)).catch((error: Error) => error.message);
  return { target, asked };
}

test("a share link is asked for once, and followed by hand to its post", async () => {
  const { target, asked } = await resolved(302, "/reel/C0deX/?igsh=1");
  expect(target).toEqual({ url: "https://www.instagram.com/reel/C0deX/", id: "C0deX" });
  expect(asked).toEqual([[SHARE.url, expect.objectContaining({ redirect: "manual" })]]);
});

test("what it leads to is covered where it was", async () => {
  expect((await resolved(302, "/p/C0deX/", { ...SHARE, covered: true })).target).toMatchObject({
    covered: true,
  });
});

test("a link to a post itself is not asked about", async () => {
  const post = { url: "https://www.instagram.com/p/A/", id: "A" };
  expect(await resolved(302, "/p/B/", post)).toEqual({ target: post, asked: [] });
});

test.each([
  ["another site", 302, "https://example.org/p/C0deX/", "gone"],
  ["a host that begins alike", 302, "https://www.instagram.com.example.org/p/C0deX/", "gone"],
  ["the machine itself", 302, "http://127.0.0.1/p/C0deX/", "gone"],
  ["another share link", 302, "/share/BAbd/", "gone"],
  ["a profile", 302, "/rook/", "gone"],
  ["nothing", 200, undefined, "gone"],
  ["the login page", 302, "/accounts/login/?next=x", "limited"],
  ["a refusal", 429, undefined, "limited"],
  ["a page that is gone", 404, undefined, "gone"],
  ["a broken server", 503, undefined, "unreachable"],
] as const)("one that leads to %s leads nowhere", async (_where, status, location, failure) => {
  expect((await resolved(status, location)).target).toBe(failures[failure].sentence);
});

const embedded = (media: unknown) =>
  `<script>s.handle(${JSON.stringify({ contextJSON: JSON.stringify({ gql_data: { shortcode_media: media } }) })})</script>`;
const PICTURE = {
  display_url: "https://scontent.cdninstagram.com/a.jpg",
  dimensions: { width: 4, height: 5 },
};

test("an embed page tells the post: its items in order, its author, its text", () => {
  const post = readEmbedPage(
    embedded({
      ...{ ...PICTURE, shortcode: "A", taken_at_timestamp: 1_790_000_000, owner: { username: "rook" } },
      edge_media_to_caption: { edges: [{ node: { text: 'a </script> "quoted" one' } }] },
      edge_sidecar_to_children: {
        edges: [
          { node: PICTURE },
          {
            node: {
              ...PICTURE,
              is_video: true,
              video_url: "https://scontent.xx.fbcdn.net/v.mp4",
              video_duration: 2,
            },
          },
        ],
      },
    }),
  );
  expect(post).toMatchObject({
    ...{ id: "A", author: "rook", text: 'a </script> "quoted" one', at: 1_790_000_000_000 },
    items: [
      { kind: "picture", info: { width: 4, height: 5 } },
      { kind: "video", url: "https://scontent.xx.fbcdn.net/v.mp4", info: { durationMs: 2_000 } },
    ],
  });
});

test.each([
  ["no data", "<html></html>"],
  ["another form of data", embedded({ shortcode: 5 })],
  ["data that is none", '<script>{"contextJSON":"{broken"}</script>'],
  ["no post in its data", embedded(null)],
])("a page with %s is none that is read", (_what, html) => {
  expect(readEmbedPage(html)).toBeUndefined();
});
