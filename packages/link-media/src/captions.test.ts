import { expect, test } from "vitest";
import { captionOf } from "./captions.ts";

const post = {
  author: "rook",
  authorName: "Rook & Co",
  text: "First line\n\nMore of it",
  at: Date.UTC(2026, 8, 21, 23),
};
const FROM = { siteName: "Instagram", url: "https://www.instagram.com/p/A/" };
const LINK = '<a href="https://www.instagram.com/p/A/">Instagram</a>';

test("a caption is left out when it is off", () => {
  expect(captionOf(post, "off", FROM)).toBeUndefined();
});

test("a compact caption has the author, the first line, and a link with the day", () => {
  expect(captionOf(post, "compact", FROM)).toEqual({
    text: "@rook: First line\nhttps://www.instagram.com/p/A/ · 2026-09-21",
    html: `<strong>@rook</strong>: First line<br>${LINK} · 2026-09-21`,
  });
  expect(captionOf({ ...post, text: "" }, "compact", FROM)?.html).toBe(
    `<strong>@rook</strong><br>${LINK} · 2026-09-21`,
  );
});

test("a full caption has all of it", () => {
  expect(captionOf(post, "full", FROM)).toEqual({
    text: "Rook & Co (@rook)\n\nFirst line\n\nMore of it\n\nhttps://www.instagram.com/p/A/ · 2026-09-21",
    html: `<p><strong>Rook &amp; Co (@rook)</strong></p><p>First line</p><p>More of it</p><p>${LINK} · 2026-09-21</p>`,
  });
  expect(captionOf({ ...post, authorName: undefined }, "full", FROM)?.text).toMatch(/^@rook\n\nFirst line/);
});

test("what an author wrote is no HTML", () => {
  const { html = "" } = captionOf({ ...post, author: "<b>", text: "<img src=x>" }, "compact", FROM) ?? {};
  expect(html).toContain("<strong>@&lt;b&gt;</strong>: &lt;img src=x&gt;");
});

test("a long text goes on in the thread, without a word lost", () => {
  const words = Array.from({ length: 300 }, (_, n) => `word${n}`);
  const { text = "", rest = "" } = captionOf({ ...post, text: words.join(" ") }, "full", FROM) ?? {};
  const shown = text.split("\n\n")[1] ?? "";
  expect([...shown].length).toBeLessThanOrEqual(700);
  expect(`${shown.replace(/…$/, "")} ${rest.replace(/^… /, "")}`.split(" ")).toEqual(words);
});

test("a text is cut between characters, not inside one", () => {
  const { text = "" } = captionOf({ ...post, text: "🐦".repeat(300) }, "compact", FROM) ?? {};
  expect(text.split("\n")[0]).toBe(`@rook: ${"🐦".repeat(199)}…`);
});

test("a post without author, text and day has the link alone", () => {
  const bare = { author: undefined, authorName: undefined, text: "", at: undefined };
  for (const mode of ["compact", "full"] as const) expect(captionOf(bare, mode, FROM)?.text).toBe(FROM.url);
});
