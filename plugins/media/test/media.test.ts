import { createTestBot, type TestBot, type TestProgram } from "@rookery/plugin-sdk/testing";
import { afterEach, expect, test } from "vitest";
import media from "../src/index.ts";
import { createLinkReader } from "../src/links.ts";

const VIDEO = { type: "video/mp4", size: 1_000_000, width: 640, height: 360, durationMs: 9_000 };
const ANSWER = {
  id: "76979871",
  title: "The New Vimeo Player",
  uploader: "Vimeo",
  timestamp: 1_790_000_000,
  duration: 9,
};

let bot: TestBot;
let calls: string[][];

async function start(ytDlp: TestProgram, config: Record<string, unknown> = { sites: ["vimeo.com"] }) {
  calls = [];
  bot = await createTestBot(media, {
    config,
    programs: {
      "yt-dlp"(args, files) {
        if (args[0] === "--version") return { stdout: "2026.10.26\n" };
        if (args[0] === "--list-impersonate-targets") return {};
        calls.push(args);
        return ytDlp(args, files);
      },
    },
  });
}
const downloads =
  (more: object = {}) =>
  () => ({
    stdout: JSON.stringify({ ...ANSWER, ...more }),
    files: { media: VIDEO },
  });

afterEach(() => {
  expect(bot.openFiles).toBe(0);
  bot.stop();
});

const messages = async (text: string) =>
  (await bot.receive(text)).filter(({ type }) => type === "m.room.message");

test("a link to a chosen site becomes its video, with the title and a link", async () => {
  await start(downloads());
  const [answer] = await messages("look: https://www.vimeo.com/76979871?utm_source=x#t=1s");
  expect(answer?.content).toMatchObject({
    ...{ msgtype: "m.video", info: { w: 640, h: 360, duration: 9_000, mimetype: "video/mp4" } },
    body: "Vimeo: The New Vimeo Player\nhttps://www.vimeo.com/76979871 · 2026-09-21",
    formatted_body: expect.stringContaining('<a href="https://www.vimeo.com/76979871">vimeo.com</a>'),
  });
  const [args = []] = calls;
  expect(args.slice(-2)).toEqual(["--", "https://www.vimeo.com/76979871"]);
  expect(args.join(" ")).toContain("--ies all,-generic");
  expect(args.join(" ")).toContain("-o media");
});

test("what is not for everybody's eyes is covered", async () => {
  await start(downloads({ age_limit: 18 }));
  const [answer] = await messages("https://vimeo.com/1");
  expect(answer?.content).toHaveProperty(["page.codeberg.everypizza.msc4193.spoiler"], true);
});

test("what yt-dlp did not begin with, since it is too large, is said with a link", async () => {
  await start(() => ({ stdout: JSON.stringify(ANSWER) }));
  const [answer] = await messages("https://vimeo.com/1");
  expect(answer?.text).toMatch(/Too large to post here \(over 100 MB\), see it at https:\/\/vimeo\.com\/1$/);
});

test.each<[string, ReturnType<typeof downloads> | TestProgram, string]>([
  [
    "a live stream",
    () => ({ stdout: JSON.stringify({ ...ANSWER, is_live: true }) }),
    "That is a live stream",
  ],
  [
    "what yt-dlp does not know",
    () => ({ exitCode: 1, stderr: "ERROR: [generic] Unsupported URL: https://vimeo.com/1" }),
    "I know no way to fetch that.",
  ],
  [
    "a private one",
    () => ({ exitCode: 1, stderr: "ERROR: [vimeo] 1: Private video. Use --cookies" }),
    "This post is private",
  ],
  ["one that takes too long", () => ({ exitCode: null, timedOut: true }), "The site was too slow"],
])("%s is answered with one sentence", async (_what, ytDlp, sentence) => {
  await start(ytDlp);
  const said = await messages("https://vimeo.com/1");
  expect(said.map(({ text }) => text)).toEqual([expect.stringContaining(sentence)]);
});

test("an answer that cannot be read leaves no file behind", async () => {
  await start(() => ({ stdout: "{}", files: { media: VIDEO } }));
  expect((await messages("https://vimeo.com/1"))[0]?.text).toContain("needs an update");
});

test("a file that is no media is not sent", async () => {
  await start(() => ({ stdout: JSON.stringify(ANSWER), files: { media: { type: "text/html", size: 5 } } }));
  expect((await messages("https://vimeo.com/1"))[0]?.text).toContain("no picture and no video");
});

test("the same again is downloaded once", async () => {
  await start(downloads());
  await messages("https://vimeo.com/1");
  expect(await messages("https://vimeo.com/1?utm_medium=y")).toHaveLength(1);
  expect(calls).toHaveLength(1);
});

test("nothing is answered where the operator chose no site, or another one", async () => {
  await start(downloads(), {});
  expect(await messages("https://vimeo.com/1")).toEqual([]);
});

test.each([
  ["another site", "https://example.org/1"],
  ["one that ends alike", "https://notvimeo.com/1"],
  ["one that begins alike", "https://vimeo.com.example.org/1"],
  ["its start page", "https://vimeo.com/"],
  ["another port", "https://vimeo.com:8443/1"],
  ["a user name", "https://vimeo.com@example.org/1"],
  ["a name and a password", "https://a:b@vimeo.com/1"],
])("%s is not the chosen site", async (_what, address) => {
  await start(downloads());
  expect(createLinkReader(["vimeo.com"])(new URL(address))).toBeUndefined();
});
