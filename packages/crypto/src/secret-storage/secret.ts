import { createCipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { type Static, Type } from "typebox";
import { CryptoError } from "../errors.ts";

/** A secret as account data have it: https://spec.matrix.org/latest/client-server-api/#msecret_storagev1aes-hmac-sha2 */
export const EncryptedSecret = Type.Object({
  iv: Type.String(),
  ciphertext: Type.String(),
  mac: Type.String(),
});
export type EncryptedSecret = Static<typeof EncryptedSecret>;

/** @param name the secret's type in the account data: one secret cannot stand in for another */
export function encryptSecret(key: Uint8Array, name: string, secret: string): EncryptedSecret {
  return encryptWith(key, name, Buffer.from(secret), newIv());
}

/** @throws `WRONG_RECOVERY_KEY` where it was encrypted with another key, or changed since */
export function decryptSecret(key: Uint8Array, name: string, secret: EncryptedSecret): string {
  const { aes, hmac } = derive(key, name);
  const ciphertext = Buffer.from(secret.ciphertext, "base64");
  const mac = createHmac("sha256", hmac).update(ciphertext).digest();
  if (!isSame(mac, Buffer.from(secret.mac, "base64"))) throw new CryptoError("WRONG_RECOVERY_KEY", name);
  return aesCtr(aes, Buffer.from(secret.iv, "base64"), ciphertext).toString();
}

/** What a key's description has, by which the key is known again: 32 zeros, encrypted. */
export function keyCheck(key: Uint8Array, iv: Buffer = newIv()): { iv: string; mac: string } {
  const { mac } = encryptWith(key, "", Buffer.alloc(32), iv);
  return { iv: iv.toString("base64"), mac };
}

/** Is it the key of this description? */
export function isKeyOf(key: Uint8Array, description: { iv: string; mac: string }): boolean {
  const { mac } = keyCheck(key, Buffer.from(description.iv, "base64"));
  return isSame(Buffer.from(mac, "base64"), Buffer.from(description.mac, "base64"));
}

function encryptWith(key: Uint8Array, name: string, content: Buffer, iv: Buffer): EncryptedSecret {
  const { aes, hmac } = derive(key, name);
  const ciphertext = aesCtr(aes, iv, content);
  const mac = createHmac("sha256", hmac).update(ciphertext).digest("base64");
  return { iv: iv.toString("base64"), ciphertext: ciphertext.toString("base64"), mac };
}

function derive(key: Uint8Array, name: string): { aes: Buffer; hmac: Buffer } {
  const keys = Buffer.from(hkdfSync("sha256", key, Buffer.alloc(8), name, 64));
  return { aes: keys.subarray(0, 32), hmac: keys.subarray(32) };
}

/** The same in both directions. */
function aesCtr(key: Buffer, iv: Buffer, content: Buffer): Buffer {
  const cipher = createCipheriv("aes-256-ctr", key, iv);
  return Buffer.concat([cipher.update(content), cipher.final()]);
}

function newIv(): Buffer {
  const iv = randomBytes(16);
  // Some implementations count in 64 bits, which must not overflow.
  iv.writeUInt8(iv.readUInt8(8) & 0x7f, 8);
  return iv;
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
