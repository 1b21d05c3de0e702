import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "../errors.ts";

/** Seals secrets for the disk: AES-256-GCM, the nonce in front, the tag behind. */
export interface SecretBox {
  /** @param purpose what the secret is for; it must be the same to open it */
  seal(secret: string, purpose: string): Buffer;
  /** @throws AppError `SECRET_UNREADABLE` where the key is another or the bytes were changed */
  open(sealed: Buffer, purpose: string): string;
}

const NONCE = 12;
const TAG = 16;

/** @param key 32 bytes */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose));
      return Buffer.concat([nonce, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, purpose) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE));
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(-TAG));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]).toString(
          "utf8",
        );
      } catch (cause) {
        const text = `The stored secret for ${purpose} cannot be read with the key in use. Put the secret.key back that belongs to this data directory; where it is lost, "rookery secrets forget" gives up what it sealed.`;
        throw new AppError("SECRET_UNREADABLE", text, { cause });
      }
    },
  };
}
