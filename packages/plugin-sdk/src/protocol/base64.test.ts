import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "./base64.ts";

test.each([0, 1, 2, 3, 8_191, 8_192, 8_193, 100_000])(
  "%i bytes of every value come back as they were",
  (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 7);

    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  },
);

test("what is no base64 is refused", () => {
  expect(() => fromBase64("€")).toThrow();
});
