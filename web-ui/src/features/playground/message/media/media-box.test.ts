import { expect, test } from "vitest";
import { mediaBox } from "./media-box.ts";

test("a large picture is drawn smaller in its proportions", () => {
  expect(mediaBox(1080, 1350)).toEqual({ width: 320, height: 400 });
  expect(mediaBox(4000, 1000)).toEqual({ width: 400, height: 100 });
});

test("a small picture keeps its size, and a thin one stays visible", () => {
  expect(mediaBox(64, 48)).toEqual({ width: 64, height: 48 });
  expect(mediaBox(100_000, 10)).toEqual({ width: 400, height: 1 });
});

test("a picture of unknown size has a place nevertheless", () => {
  expect(mediaBox(undefined, 10)).toEqual({ width: 320, height: 240 });
});
