import { expect, test } from "vitest";
import { fitInto, shrink } from "./shrink.ts";

/** One colour after the other, as `[red, green, blue, alpha]`. */
const picture = (width: number, pixels: number[][]) => ({
  ...{ width, height: pixels.length / width, data: Uint8ClampedArray.from(pixels.flat()) },
});
const [RED, BLUE, WHITE] = [
  [255, 0, 0, 255],
  [0, 0, 255, 255],
  [255, 255, 255, 255],
];
const NOTHING = [0, 255, 0, 0];

test("a new pixel is the mean of what it stands for, also of parts of pixels", () => {
  const three = picture(3, [RED, BLUE, WHITE]);
  expect([...shrink(three, { width: 1, height: 1 }).data]).toEqual([170, 85, 170, 255]);
  // Red and half of blue; half of blue and white.
  expect([...shrink(three, { width: 2, height: 1 }).data]).toEqual([170, 0, 85, 255, 170, 170, 255, 255]);
  const tall = picture(1, [RED, BLUE, WHITE]);
  expect([...shrink(tall, { width: 1, height: 2 }).data]).toEqual([170, 0, 85, 255, 170, 170, 255, 255]);
});

test("what is transparent has no colour", () => {
  const half = picture(2, [RED, NOTHING]);
  expect([...shrink(half, { width: 1, height: 1 }).data]).toEqual([255, 0, 0, 128]);
});

test.each([
  [1080, 1350, 1],
  [7, 3, 4],
  [1, 900, 1],
])("no pixel is left out, and none comes twice: %d × %d", (width, height, share) => {
  const white = picture(
    width,
    Array.from({ length: width * height }, () => WHITE),
  );
  const to = { width: Math.ceil(width / (share + 1)), height: Math.ceil(height / 3) };
  expect(shrink(white, to).data.every((value) => value === 255)).toBe(true);
});

test("what fits keeps its shape, and is never larger than it was, nor nothing", () => {
  const box = { width: 800, height: 600 };
  expect(fitInto({ width: 1080, height: 1350 }, box)).toEqual({ width: 480, height: 600 });
  expect(fitInto({ width: 1600, height: 900 }, box)).toEqual({ width: 800, height: 450 });
  expect(fitInto({ width: 80, height: 60 }, box)).toEqual({ width: 80, height: 60 });
  expect(fitInto({ width: 1, height: 60_000 }, box)).toEqual({ width: 1, height: 600 });
});
