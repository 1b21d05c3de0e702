import { expect, test } from "vitest";
import { byteSize } from "./byte-size.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1536, "1.5 kB"],
  [123_456, "123 kB"],
  [20_000_000, "20.0 MB"],
])("%i bytes read as %s", (bytes, words) => {
  expect(byteSize(bytes)).toBe(words);
});
