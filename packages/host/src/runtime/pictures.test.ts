import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode, isBlurhashValid } from "blurhash";
import { imageSize } from "image-size";
import { expect, onTestFinished, test } from "vitest";
import { findAssets } from "../assets.ts";
import { makePng, pictureNamed, resized, turned, withScans } from "../testing/pictures.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createPictures, type PicturesOptions } from "./pictures.ts";

interface Asked {
  key?: string;
  thumbnail?: boolean;
  isWanted?: () => boolean;
  /** Whether the host understood its header. */
  isProbed?: boolean;
  /** What becomes of the file before its turn. */
  change?: (path: string) => void;
}

/** The real process. */
function setUp(options: Partial<PicturesOptions> = {}) {
  const pictures = createPictures({ file: findAssets().pictures, deadlineMs: 10_000, ...options });
  onTestFinished(pictures.close);
  const directory = temporaryDirectory();
  let count = 0;
  return {
    pictures,
    preview(
      bytes: Buffer,
      type: string,
      {
        key = "plugin",
        thumbnail = true,
        isWanted = () => true,
        change = () => undefined,
        isProbed = true,
      }: Asked = {},
    ) {
      const path = join(directory, String(++count));
      writeFileSync(path, bytes);
      const { width, height } = isProbed ? sizeOf(bytes) : {};
      change(path);
      const picture = { path, size: bytes.length, type, width, height, thumbnail };
      return pictures.preview(key, picture, isWanted);
    },
  };
}

function sizeOf(bytes: Buffer): { width?: number; height?: number } {
  try {
    // Copied: of a short one, it would read on into what else lies in the buffer's pool.
    return imageSize(Uint8Array.from(bytes));
  } catch {
    return {};
  }
}

/** The processes that decode, of this test's own process: none of another's. */
function processes(): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isOurs = readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${process.pid}\n`);
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pictures.mjs");
    } catch {
      return false;
    }
  });
}

/** The colour in the middle of a quarter of a blurhash. */
function colourAt(blurhash: string, x: number, y: number): number[] {
  const [column, row] = [Math.floor(x * 8), Math.floor(y * 8)];
  return [...decode(blurhash, 8, 8).subarray((row * 8 + column) * 4, (row * 8 + column) * 4 + 3)];
}

test("a large picture gets a blurhash, and a thumbnail that fits into 800 × 600", async () => {
  const { preview } = setUp();
  const { blurhash, thumbnail = new Uint8Array() } = await preview(
    pictureNamed("portrait.jpg"),
    "image/jpeg",
  );
  expect(isBlurhashValid(blurhash)).toEqual({ result: true });
  expect(imageSize(thumbnail)).toMatchObject({ type: "jpg", width: 480, height: 600 });
});

test("a blurhash has the picture's colours where they are", async () => {
  const { preview } = setUp();
  const { blurhash, thumbnail } = await preview(pictureNamed("landscape.webp"), "image/webp", {
    thumbnail: false,
  });
  expect(thumbnail).toBeUndefined();
  const [left, right] = [colourAt(blurhash, 0.1, 0.5), colourAt(blurhash, 0.9, 0.5)];
  expect((right[0] ?? 0) - (left[0] ?? 0)).toBeGreaterThan(100);
  const [top, bottom] = [colourAt(blurhash, 0.5, 0.1), colourAt(blurhash, 0.5, 0.9)];
  expect((bottom[1] ?? 0) - (top[1] ?? 0)).toBeGreaterThan(100);
});

test("a JPEG is turned as its EXIF data say", async () => {
  const { preview } = setUp();
  const upright = await preview(turned(pictureNamed("portrait.jpg"), 6), "image/jpeg");
  expect(imageSize(upright.thumbnail ?? new Uint8Array())).toMatchObject({ width: 750, height: 600 });
});

test("what is transparent stays so, and no thumbnail is larger than its picture", async () => {
  const { preview } = setUp();
  let seed = 1;
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 256;
  };
  const half = makePng({ width: 1_600, height: 30, pixel: () => [noise(), noise(), noise(), noise()] });
  const { thumbnail = new Uint8Array() } = await preview(half, "image/png");
  expect(imageSize(thumbnail)).toMatchObject({ type: "png", width: 800 });
  const plain = makePng({ width: 900, height: 30, pixel: () => [9, 9, 9, 255] });
  expect(await preview(plain, "image/png")).toEqual({ blurhash: expect.any(String) });
});

const HOSTILE: [string, () => Buffer, string, RegExp][] = [
  [
    "a PNG that claims 50,000 × 50,000 pixels",
    () => makePng({ width: 50_000, height: 50_000 }),
    "image/png",
    /50000 × 50000 pixels; at most 25 million/,
  ],
  ["a PNG without its pixels", () => makePng({ width: 4_000, height: 4_000 }), "image/png", /./],
  [
    "a JPEG that breaks off in its header",
    () => pictureNamed("portrait.jpg").subarray(0, 100),
    "image/jpeg",
    /./,
  ],
  ["a WebP that breaks off", () => pictureNamed("landscape.webp").subarray(0, 2_000), "image/webp", /./],
  ["a PNG that is said to be a JPEG", () => pictureNamed("square.png"), "image/jpeg", /./],
  ["a JPEG that is said to be a WebP", () => pictureNamed("portrait.jpg"), "image/webp", /./],
  ["no picture at all", () => Buffer.from("<svg/>"), "image/png", /./],
  ["another kind of picture", () => Buffer.from("GIF89a"), "image/gif", /image\/gif are not decoded/],
];
test.each(HOSTILE)("%s is refused, and the next picture is decoded", async (_what, bytes, type, why) => {
  const { preview } = setUp();
  await expect(preview(bytes(), type)).rejects.toThrow(why);
  expect(await preview(pictureNamed("square.png"), "image/png")).toMatchObject({
    blurhash: expect.any(String),
  });
});

test("what is left of a JPEG that breaks off in its pixels is shown, as browsers do", async () => {
  const { preview } = setUp();
  const cut = pictureNamed("portrait.jpg").subarray(0, 50_000);
  expect(await preview(cut, "image/jpeg")).toMatchObject({ blurhash: expect.any(String) });
});

test("the host goes on while a JPEG is decoded that would take minutes, and the next picture is decoded", async () => {
  const { preview } = setUp({ deadlineMs: 3_000 });
  const slow = withScans(pictureNamed("progressive.jpg"), 50_000);
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 10);
  await expect(preview(slow, "image/jpeg")).rejects.toThrow("longer than 3 s");
  clearInterval(ticking);
  expect(ticks).toBeGreaterThan(50);
  expect(await preview(pictureNamed("square.png"), "image/png")).toHaveProperty("blurhash");
});

test("no process is there before the first picture, nor a while after the last", async () => {
  const { preview, pictures } = setUp({ idleMs: 50 });
  expect(processes()).toEqual([]);
  const first = preview(pictureNamed("square.png"), "image/png");
  await expect.poll(processes).toHaveLength(1);
  await first;
  await expect.poll(processes).toEqual([]);
  await preview(pictureNamed("square.png"), "image/png");
  await pictures.close();
  expect(processes()).toEqual([]);
});

test("the process has no environment, reads no file but its own, and its memory is bounded", async () => {
  const { preview } = setUp();
  await preview(pictureNamed("square.png"), "image/png");
  const [pid] = processes();
  const said = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
  expect(said("environ")).toBe("");
  const options = said("cmdline").split("\0");
  expect(options.filter((option) => /permission|allow/.test(option))).toEqual([
    ...["--permission", `--allow-fs-read=${findAssets().pictures}`],
  ]);
  expect(said("limits")).toMatch(/^Max data size +1342177280 /m);
  // Where the machine's memory runs out, it is the first to go.
  expect(said("oom_score_adj")).toBe("1000\n");
});

test("a plugin's pictures take turns in one process, and hold up no other plugin's", async () => {
  const { preview } = setUp();
  const slow = withScans(pictureNamed("progressive.jpg"), 50_000);
  const hostile = Array.from({ length: 5 }, () => preview(slow, "image/jpeg", { key: "hostile" }));
  for (const each of hostile) each.catch(() => undefined);
  const other = () => preview(pictureNamed("square.png"), "image/png", { key: "other" });
  await Promise.all([other(), other(), other()]);
  expect(processes()).toHaveLength(2);
  expect(await Promise.race([hostile[0]?.catch(() => "done"), other().then(() => "other")])).toBe("other");
});

test("so many pictures of a plugin wait, and what comes beyond is refused at once, but no other plugin's", async () => {
  const { preview, pictures } = setUp();
  const slow = withScans(pictureNamed("progressive.jpg"), 50_000);
  const waiting = [preview(slow, "image/jpeg")];
  const square = () => preview(pictureNamed("square.png"), "image/png");
  for (let count = 1; count < 100; count++) waiting.push(square());
  for (const each of waiting) each.catch(() => undefined);
  await expect(square()).rejects.toThrow("Too many pictures wait for theirs.");
  expect(await preview(pictureNamed("square.png"), "image/png", { key: "other" })).toHaveProperty("blurhash");
  await pictures.close();
  const results = await Promise.allSettled(waiting);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["rejected"]));
});

test("a picture that nobody wants any more when its turn comes starts no process", async () => {
  const { preview } = setUp();
  const isWanted = () => false;
  await expect(preview(pictureNamed("square.png"), "image/png", { isWanted })).rejects.toThrow("closed");
  expect(processes()).toEqual([]);
});

test("a file that is gone or another one when its turn comes ends no process, and its path is not told", async () => {
  const { preview } = setUp();
  const square = (change?: (path: string) => void) =>
    preview(pictureNamed("square.png"), "image/png", change ? { change } : {});
  await square();
  const before = processes();
  expect(before).toHaveLength(1);
  await expect(square((path) => rmSync(path))).rejects.toThrow(/^It was closed\.$/);
  await expect(square((path) => truncateSync(path, 10))).rejects.toThrow(/^It changed meanwhile\.$/);
  const folder = (path: string) => {
    rmSync(path);
    mkdirSync(path);
  };
  await expect(square(folder)).rejects.toThrow(/^It changed meanwhile\.$/);
  expect(await square()).toHaveProperty("blurhash");
  expect(processes()).toEqual(before);
});

test("of large pictures one is decoded at a time, whoever's they are, and small ones go on beside it", async () => {
  const { preview } = setUp({ deadlineMs: 3_000 });
  const large = withScans(resized(pictureNamed("progressive.jpg"), 5_000, 4_000), 50_000);
  const results = ["one", "two"].map((key) => preview(large, "image/jpeg", { key }));
  for (const each of results) each.catch(() => undefined);
  await expect.poll(processes).toHaveLength(1);
  const [first] = processes();
  expect(await preview(pictureNamed("square.png"), "image/png", { key: "three" })).toHaveProperty("blurhash");
  expect(processes()).toContain(first);
  // The second one's process takes the place of the small picture's, once the first one's is gone.
  await expect(results[0]).rejects.toThrow("longer than");
  await expect.poll(processes).not.toContain(first);
});

test("a large picture's process ends with it, since its memory would stay", async () => {
  const { preview } = setUp();
  const large = makePng({ width: 2_500, height: 2_100, pixel: () => [9, 9, 9, 255] });
  expect(await preview(large, "image/png")).toHaveProperty("blurhash");
  expect(processes()).toEqual([]);
});

test("a header that the host did not understand is no way around the limit, nor around one of the operator's", async () => {
  const { preview } = setUp({ maxMegapixels: 1 });
  const why = /^It has 1080 × 1350 pixels; at most 1 million are decoded\.$/;
  for (const isProbed of [true, false])
    await expect(preview(pictureNamed("portrait.jpg"), "image/jpeg", { isProbed })).rejects.toThrow(why);
  const off = setUp({ maxMegapixels: 0 });
  await expect(off.preview(pictureNamed("square.png"), "image/png")).rejects.toThrow("The host makes none");
});
