import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Attachment, EncryptedAttachment, initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { beforeAll, describe, expect, test } from "vitest";
import { MediaDecryption, MediaEncryption, type MediaKey } from "./media.ts";

beforeAll(initAsync);

const FILE = Buffer.from("It is only a bot. ".repeat(10_000));

async function encrypt(file: Buffer): Promise<{ encrypted: Buffer; mediaKey: MediaKey }> {
  const stream = new MediaEncryption();
  const encrypted = buffer(stream);
  await pipeline(Readable.from(pieces(file)), stream, { end: true });
  return { encrypted: await encrypted, mediaKey: stream.mediaKey };
}

async function decrypt(encrypted: Buffer, file: unknown): Promise<Buffer> {
  return await buffer(Readable.from(pieces(encrypted)).compose(new MediaDecryption(file)));
}

/** Of lengths that fit no block. */
function* pieces(file: Buffer): Generator<Buffer> {
  for (let at = 0; at < file.length; at += 1001) yield file.subarray(at, at + 1001);
}

const withUrl = (mediaKey: object) => ({ url: "mxc://rook.test/file", ...mediaKey });

describe("encrypted media", () => {
  test("a file comes out as it went in, and its key has the form of the specification", async () => {
    const { encrypted, mediaKey } = await encrypt(FILE);
    expect(encrypted).toHaveLength(FILE.length);
    expect(encrypted.includes("only a bot")).toBe(false);
    expect(await decrypt(encrypted, withUrl(mediaKey))).toEqual(FILE);
    expect(mediaKey).toEqual({
      v: "v2",
      key: {
        kty: "oct",
        alg: "A256CTR",
        ext: true,
        key_ops: ["encrypt", "decrypt"],
        k: expect.stringMatching(/^[\w-]{43}$/),
      },
      iv: expect.stringMatching(/^[A-Za-z0-9+/]{11}AAAAAAAAAAA$|^[A-Za-z0-9+/]{10}[AQgw]AAAAAAAAAAA$/),
      hashes: { sha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}$/) },
    });
  });

  test("the Rust implementation, which is in Element, reads what this wrote", async () => {
    const { encrypted, mediaKey } = await encrypt(FILE);
    const theirs = new EncryptedAttachment(encrypted, JSON.stringify(withUrl(mediaKey)));
    expect(Buffer.from(Attachment.decrypt(theirs))).toEqual(FILE);
  });

  test("this reads what the Rust implementation wrote", async () => {
    const theirs = Attachment.encrypt(FILE);
    const info: unknown = JSON.parse(theirs.mediaEncryptionInfo ?? "");
    expect(await decrypt(Buffer.from(theirs.encryptedData), info)).toEqual(FILE);
  });

  // From matrix-encrypt-attachment, with which Element's older clients read and wrote.
  test.each([
    ["", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "A".repeat(43), "A".repeat(22), ""],
    [
      "5xJZTt5cQicm+9f4",
      "YzF08lARDdOCzJpzuSwsjTNlQc4pHxpdHcXiD/wpK6k",
      `${"_".repeat(42)}8`,
      "//////////8AAAAAAAAAAA",
      "SGVsbG8sIFdvcmxk",
    ],
    [
      "zhtFStAeFx0s+9L/sSQO+WQMtldqYEHqTxMduJrCIpnkyer09kxJJuA4K+adQE4w+7jZe/vR9kIcqj9rOhDR8Q",
      "IOq7/dHHB+mfHfxlRY5XMeCWEwTPmlf4cJcgrkf6fVU",
      `${"_".repeat(42)}8`,
      "//////////8AAAAAAAAAAA",
      "YWxwaGFudW1lcmljYWxseWFscGhhbnVtZXJpY2FsbHlhbHBoYW51bWVyaWNhbGx5YWxwaGFudW1lcmljYWxseQ",
    ],
  ])("the vector %s", async (ciphertext, sha256, k, iv, plaintext) => {
    const key = { kty: "oct", alg: "A256CTR", ext: true, key_ops: ["encrypt", "decrypt"], k };
    const decrypted = await decrypt(Buffer.from(ciphertext, "base64"), {
      v: "v2",
      key,
      iv,
      hashes: { sha256 },
    });
    expect(decrypted).toEqual(Buffer.from(plaintext, "base64"));
  });

  test("a file that was changed on its way, or cut off, fails", async () => {
    const { encrypted, mediaKey } = await encrypt(FILE);
    await expect(decrypt(encrypted.subarray(1), mediaKey)).rejects.toThrow("hash");
    encrypted.writeUInt8(encrypted.readUInt8(7) ^ 1, 7);
    await expect(decrypt(encrypted, mediaKey)).rejects.toThrow("hash");
  });

  test("what is no v2 key is refused before the file is touched", async () => {
    const { mediaKey } = await encrypt(FILE);
    for (const wrong of [
      { ...mediaKey, v: "v1" },
      { ...mediaKey, iv: "AAAA" },
      { ...mediaKey, key: { ...mediaKey.key, k: "short" } },
      { ...mediaKey, hashes: {} },
      null,
    ]) {
      expect(() => new MediaDecryption(wrong)).toThrow("an encrypted file");
    }
  });
});
