import { decode, encode } from "blurhash";
import { expect, test } from "vitest";
import { encodeBlurhash } from "./blurhash.ts";

/** Made by a formula of the places, both from 0 to 1. */
function picture(formula: (x: number, y: number) => number[], width = 32, height = 24) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...formula(x / width, y / height), 255], (y * width + x) * 4);
  }
  return { data, width, height };
}

/** How far what a client shows is from the picture, in the mean of all colours. */
function distance({ data, width, height }: ReturnType<typeof picture>, blurhash: string): number {
  const shown = decode(blurhash, width, height);
  return data.reduce((sum, value, at) => sum + Math.abs(value - (shown[at] ?? 0)), 0) / data.length;
}

test.each([
  ["grows to the right and down", (x: number, y: number) => [255 * x, 255 * y, 128]],
  ["shrinks to the right and down", (x: number, y: number) => [255 - 255 * x, 255 - 255 * y, 128]],
  ["has four squares", (x: number, y: number) => [x < 0.5 ? 255 : 0, y < 0.5 ? 255 : 0, 0]],
  ["is black", () => [0, 0, 0]],
  ["is white", () => [255, 255, 255]],
])("a client shows much the same where a picture %s", (_what, formula) => {
  const made = picture(formula);
  expect(distance(made, encodeBlurhash(made, 4, 3))).toBeLessThan(35);
});

test("it is what others make, where they are right", () => {
  const made = picture((x, y) => [255 - 255 * x, 255 * (1 - y), 200 - 100 * x]);
  expect(encodeBlurhash(made, 4, 3)).toBe(encode(made.data, made.width, made.height, 4, 3));
});
