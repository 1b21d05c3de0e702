import { findLinks } from "@rookery/link-media";
import { describe, expect, test } from "vitest";
import { readLink } from "../src/links.ts";

const withHtml = (html: string) => ({ format: "org.matrix.custom.html", formatted_body: html });
const found = (body: string, html?: string) =>
  findLinks(body, html === undefined ? {} : withHtml(html), readLink).map(({ url }) => url);

const REEL = "https://www.instagram.com/reel/C0deX-_1/";

test.each([
  ["https://www.instagram.com/p/C0deX-_1/", "https://www.instagram.com/p/C0deX-_1/"],
  ["https://instagram.com/p/C0deX-_1", "https://www.instagram.com/p/C0deX-_1/"],
  ["https://m.instagram.com/reel/C0deX-_1/", REEL],
  ["https://www.instagram.com/reels/C0deX-_1/", REEL],
  ["https://www.instagram.com/tv/C0deX-_1/", "https://www.instagram.com/tv/C0deX-_1/"],
  ["https://www.instagram.com/rook.and_co/reel/C0deX-_1/", REEL],
  [
    "https://www.instagram.com/stories/rook.co/3570766765028588805/",
    "https://www.instagram.com/stories/rook.co/3570766765028588805/",
  ],
  ["https://www.instagram.com/reel/C0deX-_1/?igsh=MzRlODBiNWFlZA==&utm_source=qr#top", REEL],
  ["https://www.instagram.com/p/C0deX-_1/?img_index=3", "https://www.instagram.com/p/C0deX-_1/"],
  ["http://instagram.com/reel/C0deX-_1", REEL],
  ["HTTPS://WWW.INSTAGRAM.COM/reel/C0deX-_1", REEL],
  ["look (https://www.instagram.com/reel/C0deX-_1/), nice", REEL],
  ["seen: https://www.instagram.com/reel/C0deX-_1.", REEL],
  ["[this one](https://www.instagram.com/reel/C0deX-_1)", REEL],
  ["https://www.instagram.com/share/BAbcd-EFGh", "https://www.instagram.com/share/BAbcd-EFGh/"],
  ["https://instagram.com/share/reel/BAbcd/?x=1", "https://www.instagram.com/share/reel/BAbcd/"],
])("finds %s", (text, url) => {
  expect(found(text)).toEqual([url]);
});

test.each([
  ["a profile", "https://www.instagram.com/rook/"],
  ["the start page", "https://www.instagram.com/"],
  ["a sound", "https://www.instagram.com/reels/audio/123456/"],
  [
    "a highlight, which is a hundred stories",
    "https://www.instagram.com/stories/highlights/18090946048123978/",
  ],
  ["all stories of somebody", "https://www.instagram.com/stories/rook/"],
  ["another host's path", "https://example.org/instagram.com/p/C0deX-_1/"],
  ["another host's query", "https://example.org/?to=https://www.instagram.com/p/C0deX-_1/"],
  ["a host that ends alike", "https://notinstagram.com/p/C0deX-_1/"],
  ["a host that begins alike", "https://www.instagram.com.example.org/p/C0deX-_1/"],
  ["a user name that looks like the host", "https://www.instagram.com@example.org/p/C0deX-_1/"],
  ["another port", "https://www.instagram.com:8443/p/C0deX-_1/"],
  ["another scheme", "ftp://www.instagram.com/p/C0deX-_1/"],
  ["an address that cannot be parsed", "https://www.instagram.com:port/p/C0deX-_1/"],
])("leaves %s alone", (_what, text) => {
  expect(found(text)).toEqual([]);
});

test("finds several, in order, and each once however it is linked to", () => {
  const text =
    "https://www.instagram.com/reel/BBB/ https://www.instagram.com/p/AAA/ https://m.instagram.com/p/BBB/?igsh=1";
  expect(found(text)).toEqual(["https://www.instagram.com/reel/BBB/", "https://www.instagram.com/p/AAA/"]);
});

describe("is silent about links", () => {
  test.each([
    ["inside <…>", `<${REEL}>`],
    ["in inline code", `\`${REEL}\``],
    ["in inline code with two ticks", `\`\`curl ${REEL}\`\``],
    ["in a code block", `\`\`\`sh\ncurl ${REEL}\n\`\`\``],
    ["in a code block that nobody closed", `\`\`\`\n${REEL}`],
    ["in a quoted line", `> ${REEL}\n\nI agree`],
  ])("%s of a plain text", (_where, text) => {
    expect(found(text)).toEqual([]);
  });

  test.each([
    ["a code block", `<pre><code>curl ${REEL}\n</code></pre>`],
    ["inline code", `<p>say <code>${REEL}</code></p>`],
    ["a quote", `<blockquote><p><a href="${REEL}">${REEL}</a></p></blockquote><p>I agree</p>`],
    ["a quote that holds a quote", `<blockquote><blockquote>a</blockquote>${REEL}</blockquote>`],
    ["a quoted reply", `<mx-reply><blockquote>${REEL}</blockquote></mx-reply>yes`],
    ["a quote that nobody closed", `<blockquote>${REEL}`],
  ])("in %s of the HTML, however the body shows it", (_where, html) => {
    expect(found(REEL, html)).toEqual([]);
  });

  test("in a quote, and not about the one beside it", () => {
    const other = "https://www.instagram.com/p/AAA/";
    const html = `<blockquote>${REEL}</blockquote><p><a href="${other}">${other}</a></p>`;
    expect(found(`> ${REEL}\n\n${other}`, html)).toEqual([other]);
  });

  test("inside <…>, though the HTML shows them as links", () => {
    expect(found(`<${REEL}>`, `<a href="${REEL}">${REEL}</a>`)).toEqual([]);
  });
});

test("finds a link behind words", () => {
  expect(found(`[look](${REEL}?igsh=1)`, `<a href="${REEL}?igsh=1&amp;x=2">look</a>`)).toEqual([REEL]);
});

test.each([
  ["tags", "<pre ".repeat(12_000)],
  ["ticks", "`".repeat(60_000)],
  ["angles", "<".repeat(60_000)],
  ["addresses", "https://instagram.com/p/".repeat(2_500)],
])("reads 60 KB of %s in no time", (_what, text) => {
  const before = process.threadCpuUsage();
  findLinks(text, withHtml(text), readLink);
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(250);
});

describe("a link that is covered", () => {
  const covered = (body: string, html?: string) =>
    findLinks(body, html === undefined ? {} : withHtml(html), readLink).map((link) => link.covered === true);

  test("is told from one that is not", () => {
    const other = "https://www.instagram.com/p/AAA/";
    expect(covered(`||${REEL}|| ${other}`)).toEqual([true, false]);
    const html = `<span data-mx-spoiler="legs"><span>${REEL}</span></span> <span>${other}</span>`;
    expect(covered(`${REEL} ${other}`, html)).toEqual([true, false]);
  });

  test("by a spoiler that nobody closed is covered to the end", () => {
    expect(covered(REEL, `<span data-mx-spoiler>${REEL}`)).toEqual([true]);
  });
});
