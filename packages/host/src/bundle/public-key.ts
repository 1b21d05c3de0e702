import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** 2²⁵⁵ − 19, the order of the field in which Ed25519 counts. */
const P = 2n ** 255n - 19n;
/** The y of two of the points of order 8; the other two have its negative. */
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

/**
 * The y of all points of small order. A signature "by" such a key can be made for any text without a
 * private key, so none of them stands for anybody.
 */
const SMALL_ORDER = new Set([0n, 1n, P - 1n, ORDER_8, P - ORDER_8]);

/** An Ed25519 public key as text: its 32 bytes in base64, as `rookery keygen` prints it. */
export type PublicKey = string;

/**
 * Reads a public key. There is one text for each key and none for what is no key: not another base64 of
 * the same bytes, not a y beyond the field (which would be a second text for the same point), and not a
 * point of small order.
 *
 * @returns `null` where the text is no key
 */
export function readPublicKey(text: string): KeyObject | null {
  const bytes = decodeBase64(text, 32);
  if (bytes === null) return null;
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`) & (2n ** 255n - 1n);
  if (y >= P || SMALL_ORDER.has(y)) return null;
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") },
    format: "jwk",
  });
}

/** The text of a public key. @throws Error where it is not an Ed25519 key */
export function showPublicKey(key: KeyObject): PublicKey {
  const { crv, x } = key.export({ format: "jwk" });
  if (crv !== "Ed25519" || typeof x !== "string") throw new Error("It is not an Ed25519 key.");
  return Buffer.from(x, "base64url").toString("base64");
}

/** What people compare: the SHA-256 of the key's 32 bytes, in hex. */
export function fingerprintOf(key: PublicKey): string {
  return createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
}

/** The bytes of a base64 text, or `null` where it is not exactly how these bytes are written. */
export function decodeBase64(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === length && bytes.toString("base64") === text ? bytes : null;
}
