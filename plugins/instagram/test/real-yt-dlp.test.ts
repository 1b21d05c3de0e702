import { text } from "node:stream/consumers";
import { failuresOf } from "@rookery/link-media";
import { createTestBot, type TestBot } from "@rookery/plugin-sdk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWith } from "../../../test/describe-with.ts";
import { type AddedPost, type Instagram, startInstagram } from "../../../test/instagram/instagram.ts";
import { openFile } from "../../../test/instagram/open-file.ts";
import { isYtDlpAvailable } from "../../../test/instagram/yt-dlp.ts";
import instagram from "../src/index.ts";
import { runProgram } from "./run-program.ts";

const FAILURES = failuresOf("Instagram");

// A real program on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What the host puts in front: its policy for yt-dlp, and the stand-in's authority. */
const ALWAYS = [
  ...["--ignore-config", "--no-plugin-dirs", "--no-js-runtimes", "--no-cache-dir"],
  ...["--compat-options", "no-certifi"],
];

describeWith([isYtDlpAvailable()], "with the real yt-dlp", () => {
  let site: Instagram;
  let bot: TestBot;
  let fetched: string[] = [];

  beforeAll(async () => {
    site = await startInstagram();
    // The embed page and share links are asked for by the host's own fetch.
    vi.stubGlobal("fetch", async (url: string) => {
      const answer = await openFile(site, url);
      const { location } = answer.headers;
      const headers = new Headers(location === undefined ? {} : { location });
      return new Response(await text(answer), { status: answer.statusCode ?? 500, headers });
    });
    bot = await startBot();
  });

  async function startBot(config: { cookies?: string } = {}): Promise<TestBot> {
    const environment = {
      PATH: process.env.PATH ?? "",
      https_proxy: site.proxyUrl,
      SSL_CERT_FILE: site.caFile,
    };
    return await createTestBot(instagram, {
      config: { pauseSeconds: 0, perPerson: 100, ...config },
      programs: { "yt-dlp": (args, files) => runProgram("yt-dlp", [...ALWAYS, ...args], environment, files) },
      download(url) {
        fetched.push(url);
        const isVideo = url.includes(".mp4");
        return { type: isVideo ? "video/mp4" : "image/jpeg", size: 1000 };
      },
    });
  }

  afterAll(async () => {
    vi.unstubAllGlobals();
    bot.stop();
    await site.close();
  });

  async function paste(url: string) {
    fetched = [];
    const answers = await bot.receive(url);
    expect(bot.openFiles).toBe(0);
    const messages = answers.filter(({ type }) => type === "m.room.message");
    return messages.map(({ content, text }) => ({ content, text }));
  }

  /** The addresses that were fetched are those of the post's files, in their order. */
  function expectFilesOf(post: AddedPost) {
    const names = fetched.map((url) => new URL(url).pathname.split("/").at(-1));
    const covers = names.filter((name) => name === "portrait-small.jpg");
    expect(names.filter((name) => name !== "portrait-small.jpg")).toEqual(post.files.map(({ name }) => name));
    expect(covers).toHaveLength(post.files.filter(({ duration }) => duration > 0).length);
  }

  test("a reel comes with its caption, dimensions and duration", async () => {
    const reel = site.addReel({ caption: "On the hill\n\nand down again", username: "rook.and_co" });
    const messages = await paste(`${reel.url}?igsh=tracked`);

    expectFilesOf(reel);
    expect(messages).toMatchObject([
      {
        text: `@rook.and_co: On the hill\n${reel.url} · 2026-09-21`,
        content: { msgtype: "m.video", info: { w: 360, h: 640, duration: 2000 } },
      },
    ]);
  });

  test("a picture comes in its largest size", async () => {
    const post = site.addPost({ picture: "landscape.jpg" });
    const messages = await paste(post.url);

    expectFilesOf(post);
    expect(messages).toMatchObject([{ content: { msgtype: "m.image", info: { w: 1080, h: 566 } } }]);
  });

  test("a carousel of twelve, mixed, comes whole and in order", async () => {
    const post = site.addCarousel(Array.from({ length: 12 }, (_, n) => (n % 3 === 1 ? "video" : "picture")));
    const messages = await paste(post.url);

    expectFilesOf(post);
    expect(messages.map(({ content }) => content.info)).toMatchObject(
      post.files.map(({ width, height, duration }) => ({
        mimetype: duration > 0 ? "video/mp4" : "image/jpeg",
        size: 1000,
        w: width,
        h: height,
        ...(duration > 0 ? { duration: duration * 1000 } : {}),
      })),
    );
  });

  test.each<[string, () => AddedPost, string]>([
    ["private", () => site.addPrivate(), FAILURES.login.sentence],
    ["deleted", () => site.addDeleted(), FAILURES.gone.sentence],
    ["behind the login page", () => site.addRateLimited("login"), FAILURES.limited.sentence],
    ["answered with 429", () => site.addRateLimited("429"), FAILURES.limited.sentence],
    ["too slow", () => site.addTooSlow("silent"), FAILURES.slow.sentence],
    ["a story, which needs a login", () => site.addStory("video"), FAILURES.login.sentence],
    [
      "restricted",
      () => site.addRestricted("Not available in your country"),
      "Instagram restricts this post: Not available in your country.",
    ],
  ])("a post that is %s is answered with its sentence", async (_what, add, sentence) => {
    expect((await paste(add().url)).map(({ text }) => text)).toEqual([sentence]);
    expect(bot.log).toEqual([]);
  });

  test("a post that Instagram limits comes by its embed page", async () => {
    const post = site.addRateLimited("login", { embeddable: true });
    expect(await paste(post.url)).toMatchObject([{ content: { msgtype: "m.video" } }]);
    expectFilesOf(post);
  });

  test("a share link leads to its post, by one redirect", async () => {
    const reel = site.addReel();
    const { url } = site.addShare(reel);
    expect(await paste(url)).toMatchObject([{ text: expect.stringContaining(reel.url) }]);
    expectFilesOf(reel);
  });

  test("with cookies, private posts and stories come, each run with a copy of its own", async () => {
    const jar = [".instagram.com", "TRUE", "/", "TRUE", "2000000000", "sessionid", site.session].join("\t");
    const friend = await startBot({ cookies: `# Netscape HTTP Cookie File\n${jar}\n` });
    const post = site.addPrivate();
    const story = site.addStory("video");
    for (const { url } of [post, story]) {
      const messages = (await friend.receive(url)).filter(({ type }) => type === "m.room.message");
      expect(messages).toMatchObject([{ content: { msgtype: "m.video" } }]);
    }
    friend.stop();
  });

  test("no request goes anywhere else", () => {
    expect(site.refused).toEqual([]);
  });
});
