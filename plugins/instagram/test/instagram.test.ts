import { failuresOf } from "@rookery/link-media";
import { HostError } from "@rookery/plugin-sdk";
import {
  createTestBot,
  type TestAnswer,
  type TestBot,
  type TestBotOptions,
} from "@rookery/plugin-sdk/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import instagram from "../src/index.ts";
import { recorded } from "./recorded.ts";

const FAILURES = failuresOf("Instagram");
const LINK = "https://www.instagram.com/reel/DCSf3TJ3iAC/?igsh=tracked";
const URL_OF_LINK = "https://www.instagram.com/reel/DCSf3TJ3iAC/";

type Program = NonNullable<TestBotOptions["programs"]>[string];
type Download = NonNullable<TestBotOptions["download"]>;

const prints = (stdout: string) => () => ({ stdout });
const fails = (stderr: string) => () => ({
  exitCode: 1,
  stdout: "null\n",
  stderr: `ERROR: [Instagram] C: ${stderr}\n`,
});

/** The CDN: every file is what its name says. */
const POST_LINK = `${URL_OF_LINK} · 2026-09-21`;
const cdn: Download = (url) => {
  const name = new URL(url).pathname;
  if (name.endsWith(".mp4")) return { type: "video/mp4", size: 2_000_000 };
  return { type: name.endsWith(".png") ? "image/png" : "image/jpeg", size: 100_000 };
};

let bot: TestBot;
async function start(ytDlp: Program, download: Download = cdn, config: Record<string, unknown> = {}) {
  bot = await createTestBot(instagram, { config, programs: { "yt-dlp": answering(ytDlp) }, download });
  return bot;
}

/** The program's version is asked for by itself. */
const answering =
  (ytDlp: Program): Program =>
  (args, files) => {
    if (args[0] === "--version") return { stdout: "2026.10.26\n" };
    if (args[0] === "--list-impersonate-targets") return { stdout: "Chrome-133  Macos-15  curl_cffi\n" };
    return ytDlp(args, files);
  };

afterEach(() => {
  expect(bot.openFiles).toBe(0);
  bot.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// Instagram's own site has nothing but the embed pages of private posts.
beforeEach(() => vi.stubGlobal("fetch", async () => new Response("<html>This post is private.</html>")));

const media = (answers: TestAnswer[]) => answers.filter(({ content }) => "url" in content);
const words = (answers: TestAnswer[]) =>
  answers
    .filter(({ type, content }) => type === "m.room.message" && !("url" in content))
    .map(({ text }) => text);

describe("a link to a reel", () => {
  test("becomes the video, as a reply with its caption, its dimensions and its duration", async () => {
    await start(prints(recorded("reel")));
    const answers = await bot.receive(LINK);

    expect(media(answers)).toHaveLength(1);
    expect(media(answers)[0]?.content).toEqual({
      msgtype: "m.video",
      body: `@rook: First line #rook\n${POST_LINK}`,
      format: "org.matrix.custom.html",
      formatted_body: expect.stringContaining("<strong>@rook</strong>: First line #rook<br><a href="),
      filename: "rook_DCSf3TJ3iAC_1.mp4",
      url: expect.stringMatching(/^mxc:/),
      info: {
        ...{ mimetype: "video/mp4", size: 2_000_000, w: 360, h: 640, duration: 2000 },
        thumbnail_url: expect.stringMatching(/^mxc:/),
        thumbnail_info: { mimetype: "image/jpeg", size: 100_000 },
      },
      "m.mentions": { user_ids: ["@ada:test"] },
      "m.relates_to": { "m.in_reply_to": { event_id: "$event1" } },
    });
    expect(bot.outcome?.status).toBe("done");
  });

  test("shows ⏳ while it works, and removes it after", async () => {
    await start(prints(recorded("reel")), (url) => {
      expect(bot.sent.map(({ text, redacted }) => [text, redacted])).toEqual([["⏳", false]]);
      return cdn(url);
    });
    const answers = await bot.receive(LINK);
    expect(answers[0]).toMatchObject({ text: "⏳", redacted: true });
  });

  test("asks yt-dlp for the clean address, after all options", async () => {
    const calls: string[][] = [];
    await start((args) => {
      calls.push(args);
      return { stdout: recorded("reel") };
    });
    await bot.receive(LINK);

    expect(calls).toHaveLength(1);
    expect(calls[0]?.slice(-2)).toEqual(["--", URL_OF_LINK]);
  });

  test("is answered in the thread it was posted in", async () => {
    await start(prints(recorded("carousel")));
    const thread = { rel_type: "m.thread", event_id: "$root" };
    const answers = await bot.receive({ msgtype: "m.text", body: LINK, "m.relates_to": thread });
    for (const { content } of media(answers)) expect(content["m.relates_to"]).toMatchObject(thread);
  });

  test("in code is left alone", async () => {
    await start(prints(recorded("reel")));
    const html = { format: "org.matrix.custom.html", formatted_body: `<code>${LINK}</code>` };
    expect(await bot.receive({ msgtype: "m.text", body: LINK, ...html })).toEqual([]);
    expect(await bot.receive(`<${LINK}>`)).toEqual([]);
  });
});

describe("a caption", () => {
  const captionWith = async (caption: string) => {
    await start(prints(recorded("reel")), cdn, { caption });
    const [video] = media(await bot.receive(LINK));
    return video?.text;
  };

  test("is left out where the operator wants none", async () => {
    expect(await captionWith("off")).toBe("rook_DCSf3TJ3iAC_1.mp4");
  });

  test("is whole where the operator wants all of it", async () => {
    expect(await captionWith("full")).toBe(
      `Rook & Co (@rook)\n\nFirst line #rook\n\nSecond paragraph with <tags> & more\n\n${POST_LINK}`,
    );
  });
});

describe("a carousel of twelve, mixed", () => {
  test("comes whole and in order, whichever file is there first", async () => {
    const waiting: (() => void)[] = [];
    await start(prints(recorded("carousel")), async (url) => {
      // Every file waits for a later one, as far as four at once allow.
      const overtaken = new Promise<void>((resolve) => waiting.push(resolve));
      if (waiting.length % 3 === 0) for (const go of waiting.splice(0).reverse()) go();
      await overtaken;
      return cdn(url);
    });
    const sent = media(await bot.receive(LINK));

    expect(sent.map(({ content }) => content.msgtype)).toEqual(
      Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? "m.image" : "m.video")),
    );
    expect(sent.map(({ content }) => /_(\d+)\.\w+$/.exec(String(content.filename))?.[1])).toEqual(
      Array.from({ length: 12 }, (_, n) => String(n + 1)),
    );
    expect(sent.filter(({ content }) => "m.relates_to" in content)).toEqual([sent[0]]);
    expect(sent.filter(({ text }) => text.includes("@rook"))).toEqual([sent[0]]);
  });

  test("begins to arrive before its last download ends", async () => {
    let last: (() => void) | undefined;
    let downloads = 0;
    const total = 18; // twelve items, six of them with a cover
    await start(prints(recorded("carousel")), (url) => {
      downloads += 1;
      if (downloads < total) return cdn(url);
      return new Promise((resolve) => {
        last = () => resolve(cdn(url));
      });
    });
    const receiving = bot.receive(LINK);
    await vi.waitUntil(() => last && media([...bot.sent]).length >= 11, { interval: 1 });
    last?.();
    expect(media(await receiving)).toHaveLength(12);
  });

  test("lacks what failed, and nothing else; one sentence says which", async () => {
    await start(prints(recorded("carousel")), (url) => {
      if (url.includes("/square.png")) throw new HostError("NETWORK_FAILED", "Connection reset.");
      return cdn(url);
    });
    const answers = await bot.receive(LINK);

    expect(media(answers)).toHaveLength(10);
    expect(words(answers)).toEqual([
      `Items 3 and 9 of 12 could not be fetched: ${FAILURES.unreachable.sentence}`,
    ]);
  });

  test("has its caption and its reply on the second item where the first failed", async () => {
    let first = true;
    await start(prints(recorded("carousel")), (url) => {
      if (!first) return cdn(url);
      first = false;
      throw new HostError("HTTP_STATUS", "403");
    });
    const [opening] = media(await bot.receive(LINK));

    expect(opening?.content).toMatchObject({ msgtype: "m.video", body: expect.stringContaining("@rook") });
    expect(opening?.content).toHaveProperty("m.relates_to");
  });
});

describe("a video that is too large", () => {
  const tooLarge =
    (data?: { size: number }): Download =>
    (url) => {
      if (url.includes(".mp4")) throw new HostError("TOO_LARGE", "The file is too large.", data);
      return cdn(url);
    };

  test("comes as its cover, with the caption, its size and a link", async () => {
    await start(prints(recorded("reel")), tooLarge({ size: 400 * 1024 * 1024 }));
    const answers = await bot.receive(LINK);

    expect(media(answers)).toHaveLength(1);
    expect(media(answers)[0]?.content).toMatchObject({
      msgtype: "m.image",
      body: `@rook: First line #rook\n${POST_LINK}\n\nToo large to post here (400 MB), see it at ${URL_OF_LINK}`,
    });
    expect(media(answers)[0]?.content).toHaveProperty("m.relates_to");
  });

  test("whose size nobody told comes with the limit", async () => {
    await start(prints(recorded("reel")), tooLarge(), { maxMegabytes: 20 });
    const [cover] = media(await bot.receive(LINK));
    expect(cover?.text).toContain("(over 20 MB)");
  });

  test("and has no cover either comes as words", async () => {
    await start(prints(recorded("reel")), (url) => {
      throw new HostError(url.includes(".mp4") ? "TOO_LARGE" : "HTTP_STATUS", "no");
    });
    const answers = await bot.receive(LINK);
    expect(words(answers)).toEqual([expect.stringContaining(`see it at ${URL_OF_LINK}`)]);
  });
});

test("HTML that is served as a video is refused", async () => {
  await start(prints(recorded("reel")), (url) =>
    url.includes(".mp4") ? { type: "text/html", size: 40 } : cdn(url),
  );
  const answers = await bot.receive(LINK);

  expect(media(answers)).toEqual([]);
  expect(words(answers)).toEqual([FAILURES.notMedia.sentence]);
  expect(bot.log).toContainEqual(
    expect.objectContaining({ level: "warn", message: expect.stringContaining("text/html") }),
  );
});

describe("what cannot be fetched is answered with one sentence, as a reply", () => {
  test.each<[string, Program, string]>([
    ["private", fails("Instagram sent an empty media response."), FAILURES.login.sentence],
    ["deleted", fails("Unable to download webpage: HTTP Error 404: Not Found"), FAILURES.gone.sentence],
    [
      "rate-limited",
      fails("The webpage request was redirected to the login page."),
      FAILURES.limited.sentence,
    ],
    ["too slow for yt-dlp", fails("The read operation timed out"), FAILURES.slow.sentence],
    ["too slow for us", () => ({ exitCode: null, timedOut: true }), FAILURES.slow.sentence],
    ["a story that is a picture", prints("null\n"), FAILURES.storyGone.sentence],
  ])("%s", async (_what, ytDlp, sentence) => {
    await start(ytDlp);
    const answers = await bot.receive(LINK);

    expect(answers.map(({ text, redacted }) => [text, redacted])).toEqual([
      ["⏳", true],
      [sentence, false],
    ]);
    expect(answers[1]?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: "$event1" } });
    expect(bot.outcome?.status).toBe("done");
    expect(bot.log).toEqual([]);
  });

  test.each<[string, Program, string]>([
    ["an extractor that is out of date", fails("Unable to extract LSD token"), FAILURES.outdated.sentence],
    ["an answer of another form", prints('{"entries":3}'), FAILURES.outdated.sentence],
    [
      "an answer that was cut",
      () => ({ exitCode: null, stdout: '{"id":"C', truncated: true }),
      FAILURES.outdated.sentence,
    ],
    [
      "a program that may not run",
      () => Promise.reject(new HostError("PERMISSION_DENIED", "yt-dlp was not granted.")),
      FAILURES.notRunnable.sentence,
    ],
  ])("%s: and the operator reads why", async (_what, ytDlp, sentence) => {
    await start(ytDlp);
    expect(words(await bot.receive(LINK))).toEqual([sentence]);
    expect(bot.log.map(({ level }) => level)).toEqual(["error"]);
  });

  test("a CDN that is not among the granted hosts: and the operator reads why", async () => {
    await start(prints(recorded("picture")), () => {
      throw new HostError("PERMISSION_DENIED", "scontent.example.org was not granted.");
    });
    expect(words(await bot.receive(LINK))).toEqual([FAILURES.outdated.sentence]);
    expect(bot.log[0]).toMatchObject({ level: "error", message: expect.stringContaining("was not granted") });
  });
});

test("one deadline holds for all of a post: what yt-dlp took is not there for downloads", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await start(
    () => {
      vi.setSystemTime(Date.now() + 11_000);
      return { stdout: recorded("reel") };
    },
    () => {
      throw new Error("began to download after the deadline");
    },
    { timeoutSeconds: 10 },
  );
  expect(words(await bot.receive(LINK))).toEqual([FAILURES.slow.sentence]);
});

test("what a homeserver takes long to take is not taken for a slow site", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await start(prints(recorded("reel")), (url) => {
    // The file is there in time; by the clock of whoever waits for all of it, it is not.
    vi.advanceTimersByTime(60_000);
    return cdn(url);
  });
  const answers = await bot.receive(LINK);
  expect(media(answers)).toHaveLength(1);
  expect(words(answers)).toEqual([]);
});

describe("several links in one message", () => {
  const text = ["AAA", "BBB", "CCC"].map((code) => `https://www.instagram.com/p/${code}/`).join(" ");

  test("are all answered, though one of them fails", async () => {
    await start((args) =>
      args.at(-1)?.includes("BBB") ? fails("Page not available")() : { stdout: recorded("picture") },
    );
    const answers = await bot.receive(text);

    const kinds = answers.slice(1).map(({ content }) => content.msgtype);
    expect(kinds).toEqual(["m.image", "m.text", "m.image"]);
    expect(words(answers)).toEqual([FAILURES.gone.sentence]);
  });

  test("are five at most", async () => {
    let runs = 0;
    await start(() => {
      runs += 1;
      return { stdout: recorded("picture") };
    });
    await bot.receive(
      Array.from({ length: 9 }, (_, n) => `https://www.instagram.com/p/code${n}/`).join("\n"),
    );
    expect(runs).toBe(5);
  });
});
