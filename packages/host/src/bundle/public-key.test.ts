import { generateKeyPairSync } from "node:crypto";
import { expect, it, test } from "vitest";
import { fingerprintOf, readPublicKey, showPublicKey } from "./public-key.ts";

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

/** An encoded point: y in little endian, the sign of x in the highest bit. */
function encode(y: bigint, sign: 0n | 1n = 0n): string {
  const hex = (y | (sign << 255n)).toString(16).padStart(64, "0");
  return Buffer.from(hex, "hex").reverse().toString("base64");
}

it("reads what it shows, and a key has one fingerprint", () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  const text = showPublicKey(publicKey);
  expect(text).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(readPublicKey(text)?.equals(publicKey)).toBe(true);
  expect(fingerprintOf(text)).toMatch(/^[0-9a-f]{64}$/);
  expect(() => showPublicKey(generateKeyPairSync("x25519").publicKey)).toThrow("not an Ed25519 key");
});

test("a point of small order is no key, for anybody can sign with it where it is taken for one", () => {
  // The points of order 8 are those whose double has y = 0, which is d·y⁴ + 2·y² − 1 = 0.
  const y2 = (ORDER_8 * ORDER_8) % P;
  expect((D * y2 * y2 + 2n * y2 - 1n) % P).toBe(0n);
  for (const y of [0n, 1n, P - 1n, ORDER_8, P - ORDER_8]) {
    for (const sign of [0n, 1n] as const) expect(readPublicKey(encode(y, sign)), `${y} ${sign}`).toBeNull();
  }
});

test.each([
  ["a y beyond the field, which is a second text for the same point", encode(P + 3n)],
  ["the largest such y", encode(2n ** 255n - 1n)],
  ["nothing", ""],
  ["31 bytes", Buffer.alloc(31, 9).toString("base64")],
  ["33 bytes", Buffer.alloc(33, 9).toString("base64")],
  ["base64 without its padding", Buffer.alloc(32, 9).toString("base64").slice(0, -1)],
  ["another base64 of the same bytes", Buffer.alloc(32, 9).toString("base64").replace(/.=$/, "l=")],
  ["base64 with a line break", `${Buffer.alloc(32, 9).toString("base64")}\n`],
  ["base64url", Buffer.alloc(32, 255).toString("base64url")],
  ["hex", Buffer.alloc(32, 9).toString("hex")],
])("%s is no key", (_, text) => {
  expect(readPublicKey(text)).toBeNull();
});
