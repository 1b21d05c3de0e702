import { createHash } from "node:crypto";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith } from "../describe-with.ts";
import { type Instagram, startInstagram } from "./instagram.ts";
import { openFile } from "./open-file.ts";
import { isYtDlpAvailable, runYtDlp, type YtDlpJson } from "./yt-dlp.ts";

describeWith([isYtDlpAvailable()], "the real yt-dlp, at the stand-in of Instagram,", () => {
  let instagram: Instagram;

  beforeAll(async () => {
    instagram = await startInstagram();
  });
  afterAll(() => instagram.close());

  const fingerprint = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

  /** The URL of what a reader should see of an item: the video, else the largest picture, which comes last. */
  const mediaUrl = (item: YtDlpJson | undefined) =>
    item?.formats?.at(-1)?.url ?? item?.thumbnails?.at(-1)?.url ?? "";

  test("finds a reel's video, caption and author", async () => {
    const { url } = instagram.addReel({ caption: "Æ and ✨", username: "wren", fullName: "Wren" });
    const { json } = await runYtDlp(instagram, url);
    expect(json).toMatchObject({ description: "Æ and ✨", channel: "wren", uploader: "Wren" });
    expect(json?.formats).toMatchObject([{ width: 360, height: 640 }]);
  });

  test("finds a picture post's largest picture", async () => {
    const { url } = instagram.addPost();
    const { exitCode, json } = await runYtDlp(instagram, url);
    expect(exitCode).toBe(0);
    expect(json?.formats).toEqual([]);
    expect(json?.thumbnails?.at(-1)).toMatchObject({ width: 1080, height: 1350 });
  });

  test("finds the twelve items of a mixed carousel in order", async () => {
    const kinds = Array.from({ length: 12 }, (_, n) => (n % 3 === 1 ? "video" : "picture"));
    const { url, files } = instagram.addCarousel(kinds);
    const { json } = await runYtDlp(instagram, url);
    const urls = json?.entries?.map(mediaUrl) ?? [];
    expect(urls).toHaveLength(12);
    const arrived = urls.map(async (address) => buffer(await openFile(instagram, address)));
    expect((await Promise.all(arrived)).map(fingerprint)).toEqual(
      files.map(({ bytes }) => fingerprint(bytes)),
    );
  });

  test("logged in, asks the API, sees private posts and stories, and learns that cookies have expired", async () => {
    const { url } = instagram.addPrivate({ caption: "for friends" });
    const before = instagram.requests.length;
    const friend = await runYtDlp(instagram, url, instagram.session);
    expect(friend.json?.description).toBe("for friends");
    expect(instagram.requests.slice(before).map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/api\/v1\/media\/\d+\/info\/$/),
    ]);

    const story = instagram.addStory("video", { username: "wren" });
    expect((await runYtDlp(instagram, story.url, instagram.session)).json?.formats).toHaveLength(1);
    expect((await runYtDlp(instagram, story.url)).stderr).toContain("unreachable");

    expect((await runYtDlp(instagram, url, "an-old-session")).stderr).toContain("empty media response");
  });

  test.for<[string, (instagram: Instagram) => { url: string }, RegExp]>([
    ["private", (at) => at.addPrivate(), /empty media response/],
    ["deleted", (at) => at.addDeleted(), /404/],
    ["restricted", (at) => at.addRestricted("Adults only"), /Restricted Video: Adults only/],
    ["rate limited, by a login page", (at) => at.addRateLimited("login"), /login page.*rate-limit/],
    ["rate limited, by 429", (at) => at.addRateLimited("429"), /429/],
    ["without an answer", (at) => at.addTooSlow("silent"), /timed out/],
  ])("tells of a post that is %s", async ([, add, message]) => {
    const { exitCode, stderr } = await runYtDlp(instagram, add(instagram).url);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
  });

  test("is given files that are too large, not a video, or without an end", async () => {
    const open = async ({ url }: { url: string }) =>
      openFile(instagram, mediaUrl((await runYtDlp(instagram, url)).json));

    const declared = await open(instagram.addTooLarge(300e6));
    expect(declared.headers["content-length"]).toBe("300000000");
    declared.destroy();

    const undeclared = await open(instagram.addTooLarge(5e6, { declared: false }));
    expect(undeclared.headers["content-length"]).toBeUndefined();
    expect(await buffer(undeclared)).toHaveLength(5e6);

    const html = await open(instagram.addHtmlAsVideo());
    expect(html.headers["content-type"]).toBe("text/html");
    expect((await buffer(html)).toString()).toContain("<!DOCTYPE html>");

    const trickle = await open(instagram.addTooSlow("trickle", "file"));
    await once(trickle, "data");
    await once(trickle, "data");
    expect(trickle.complete).toBe(false);
    trickle.destroy();
  });

  test("waits for the delay that is set", async () => {
    instagram.delayMs = 200;
    const before = instagram.requests.length;
    const begin = performance.now();
    const { exitCode } = await runYtDlp(instagram, instagram.addReel().url);
    instagram.delayMs = 0;
    expect(exitCode).toBe(0);
    expect(performance.now() - begin).toBeGreaterThan(200 * (instagram.requests.length - before));
    expect(instagram.requests.length - before).toBe(3);
  });

  test("is led from a share link to the post", async () => {
    const reel = instagram.addReel();
    const share = await openFile(instagram, instagram.addShare(reel).url);
    expect(share.statusCode).toBe(302);
    expect(reel.url).toContain(share.headers.location);
    share.destroy();
  });

  test("connects to nothing but Instagram", async () => {
    const { stderr } = await runYtDlp(instagram, "https://example.org/video.mp4");
    expect(stderr).toContain("No suitable extractor");
    expect(instagram.refused).toEqual([]);
    await expect(openFile(instagram, "https://example.org/")).rejects.toThrow();
    expect(instagram.refused).toEqual(["example.org:443"]);
  });
});
