import { randomBytes } from "node:crypto";
import {
  decodeRecoveryKey as theirDecode,
  encodeRecoveryKey as theirEncode,
} from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import theirDecrypt from "matrix-js-sdk/lib/utils/decryptAESSecretStorageItem.js";
import theirEncrypt from "matrix-js-sdk/lib/utils/encryptAESSecretStorageItem.js";
import { describe, expect, test } from "vitest";
import { decodeRecoveryKey, encodeRecoveryKey } from "./recovery-key.ts";
import { decryptSecret, encryptSecret, isKeyOf, keyCheck } from "./secret.ts";

const wrong = expect.objectContaining({ code: "WRONG_RECOVERY_KEY" });
const NAME = "m.cross_signing.master";

describe("a recovery key", () => {
  test("is written and read as the library of Element does it", () => {
    for (let i = 0; i < 50; i++) {
      const key = i === 0 ? new Uint8Array(32) : Uint8Array.from(randomBytes(32));
      const text = encodeRecoveryKey(key);
      expect(text).toBe(theirEncode(key));
      expect(Uint8Array.from(theirDecode(text))).toEqual(key);
      expect(Uint8Array.from(decodeRecoveryKey(` ${text.replaceAll(" ", "\n")} `))).toEqual(key);
    }
  });

  test("that was mistyped is told from one that is another's", () => {
    // Its sum is one byte: of random keys, one in 256 would have the same with another letter.
    const text = encodeRecoveryKey(Buffer.alloc(32, "a key"));
    const changed = text.replace(/[3-9]/, "2");
    expect(changed).not.toBe(text);
    for (const mistyped of ["", "0OIl", text.slice(0, -1), `${text}2`, changed]) {
      expect(() => decodeRecoveryKey(mistyped)).toThrow(wrong);
    }
  });
});

describe("a secret", () => {
  test("is encrypted so that the library of Element reads it, and the other way round", async () => {
    const key = Uint8Array.from(randomBytes(32));
    const ours = encryptSecret(key, NAME, "a seed");
    expect(await theirDecrypt(ours, key, NAME)).toBe("a seed");
    expect(decryptSecret(key, NAME, await theirEncrypt("a seed", key, NAME))).toBe("a seed");
  });

  test("is known by its key, and under its name only", () => {
    const [key, other] = [randomBytes(32), randomBytes(32)];
    expect([isKeyOf(key, keyCheck(key)), isKeyOf(other, keyCheck(key))]).toEqual([true, false]);
    const secret = encryptSecret(key, NAME, "a seed");
    expect(() => decryptSecret(key, "m.megolm_backup.v1", secret)).toThrow(wrong);
    expect(() => decryptSecret(other, NAME, secret)).toThrow(wrong);
  });
});
