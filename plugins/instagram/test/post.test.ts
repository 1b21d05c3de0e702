import { parsePost } from "@rookery/link-media";
import { expect, test } from "vitest";
import { recorded } from "./recorded.ts";

test("reads a reel: the video, its cover, its author and its text", () => {
  expect(parsePost(recorded("reel"))).toEqual({
    id: "DCSf3TJ3iAC",
    author: "rook",
    authorName: "Rook & Co",
    text: "First line #rook\n\nSecond paragraph with <tags> & more",
    at: 1_790_000_000_000,
    sensitive: false,
    items: [
      {
        kind: "video",
        url: "https://scontent.xx.fbcdn.net/v/3500000000000004097/reel.mp4?oh=signature&oe=6F000000",
        cover:
          "https://scontent.cdninstagram.com/v/3500000000000004097/portrait-small.jpg?oh=signature&oe=6F000000",
        info: { width: 360, height: 640, durationMs: 2000 },
      },
    ],
  });
});

test("takes the largest of a picture's sizes", () => {
  expect(parsePost(recorded("picture")).items).toEqual([
    {
      kind: "picture",
      url: "https://scontent.cdninstagram.com/v/3500000000000012291/portrait.jpg?oh=signature&oe=6F000000",
      cover: undefined,
      info: { width: 1080, height: 1350 },
    },
  ]);
});

test("keeps all twelve of a carousel, in order", () => {
  const kinds = parsePost(recorded("carousel")).items.map((item) => item?.kind);
  expect(kinds).toEqual(Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? "picture" : "video")));
});

test("keeps the place of an item of which nothing is shown", () => {
  const shown = { id: "a", thumbnails: [{ url: "https://cdn/a.jpg" }] };
  const post = parsePost(JSON.stringify({ id: "p", entries: [null, shown, { id: "b", thumbnails: [] }] }));
  expect(post.items.map((item) => item?.url)).toEqual([undefined, "https://cdn/a.jpg", undefined]);
});

test.each([
  ["no JSON", "<html>", /JSON/],
  ["another form", '{"id":"p","thumbnails":[{"link":"x"}]}', /does not fit: \/thumbnails/],
  ["nothing to show", '{"id":"p","entries":[]}', /no picture and no video/],
])("refuses %s, and says what is wrong", (_what, json, message) => {
  expect(() => parsePost(json)).toThrow(message);
});

test("tells what is not for everybody's eyes, and when it was posted", () => {
  const shown = { id: "a", thumbnails: [{ url: "https://cdn/a.jpg" }] };
  const read = (more: object) => parsePost(JSON.stringify({ id: "p", entries: [{ ...shown, ...more }] }));
  expect(read({ age_limit: 18, timestamp: 1_790_000_000 })).toMatchObject({
    sensitive: true,
    at: 1_790_000_000_000,
  });
  expect(read({ age_limit: 12 })).toMatchObject({ sensitive: false, at: undefined });
});
