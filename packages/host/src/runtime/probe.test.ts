import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { probeFile } from "./probe.ts";

const fixture = (name: string) =>
  new URL(`../../../../test/instagram/fixtures/${name}`, import.meta.url).pathname;

/** What is read from these bytes. */
function probe(bytes: Buffer | string, name = "file") {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, bytes);
  return probeFile(path);
}

test.each([
  ["portrait.jpg", { type: "image/jpeg", width: 1080, height: 1350 }],
  ["landscape.jpg", { type: "image/jpeg", width: 1080, height: 566 }],
  ["square.png", { type: "image/png", width: 320, height: 320 }],
  ["reel.mp4", { type: "video/mp4", width: 360, height: 640, durationMs: expect.closeTo(2_000, -2) }],
  ["clip.mp4", { type: "video/mp4", width: 320, height: 180, durationMs: expect.closeTo(1_000, -2) }],
])("%s says what it is, and how large", async (name, expected) => {
  expect(await probeFile(fixture(name))).toEqual(expected);
});

test("the content counts, whatever the name says", async () => {
  expect(await probe(readFileSync(fixture("square.png")), "film.mp4")).toMatchObject({ type: "image/png" });
});

test("a picture that a camera turned has the size that people see", async () => {
  const jpeg = readFileSync(fixture("landscape.jpg"));
  const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(exif.length + 2);
  const turned = Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xe1]),
    length,
    exif,
    jpeg.subarray(2),
  ]);
  expect(await probe(turned)).toEqual({ type: "image/jpeg", width: 566, height: 1080 });
});

test.each([
  ["text", "Hello, wörld", "text/plain"],
  ["nothing", "", "text/plain"],
  ["a page", " <!DOCTYPE html><p>hi", "text/html"],
  ["bytes", Buffer.from([1, 0, 2]), "application/octet-stream"],
])("%s has a type and no size", async (_what, bytes, type) => {
  expect(await probe(bytes)).toEqual({ type });
});

test.each(["portrait.jpg", "square.png", "reel.mp4"])(
  "a %s that breaks off anywhere ends the reading",
  async (name) => {
    const whole = readFileSync(fixture(name));
    for (const length of [
      1,
      4,
      12,
      20,
      30,
      64,
      200,
      1_000,
      Math.floor(whole.length / 2),
      whole.length - 10,
    ]) {
      expect((await probe(whole.subarray(0, length))).type, String(length)).toBeTypeOf("string");
    }
  },
);
