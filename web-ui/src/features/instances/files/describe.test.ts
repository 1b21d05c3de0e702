import { expect, test } from "vitest";
import { describeFile, showable } from "./describe.ts";

const file = (type: string, more: object = {}) => ({
  ...{ file: "0a1b2c3d-0000", type, size: 1_000, heldSince: "2026-11-26T00:00:00Z", ...more },
});

test("a file is told by what it is, as far as that is known", () => {
  expect(describeFile(file("image/jpeg", { width: 1080, height: 1350 }))).toBe(
    "Picture, image/jpeg, 1080 × 1350",
  );
  expect(describeFile(file("video/mp4", { width: 360, height: 640, durationMs: 83_000 }))).toBe(
    "Film, video/mp4, 360 × 640, 1:23",
  );
  expect(describeFile(file("application/pdf"))).toBe("File, application/pdf");
});

test("only what runs nothing and is not too large for the page is shown", () => {
  expect(showable(file("image/png"))).toEqual({ as: "picture", type: "image/png" });
  expect(showable(file("text/html"))).toEqual({ as: "text" });
  for (const type of ["image/svg+xml", "application/pdf", "video/mp4", "application/octet-stream"]) {
    expect(showable(file(type)), type).toBeNull();
  }
  expect(showable(file("image/png", { width: 30_000, height: 30_000 }))).toBeNull();
  expect(showable(file("text/plain", { size: 100_000_000 }))).toBeNull();
});
