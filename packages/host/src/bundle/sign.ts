import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import { showPublicKey } from "./public-key.ts";

/** The entry with the signature over all others. */
export const SIGNATURE = "signature.json";

/** What `signature.json` holds. */
export interface SignatureFile {
  algorithm: "ed25519";
  publicKey: string;
  signature: string;
}

/** An entry as the signature covers it; folders count, with nothing in them. */
export interface SignedEntry {
  name: string;
  /** Of its content, in hex. */
  sha256: string;
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * The content of `signature.json` for these entries. Ed25519 gives the same signature each time.
 *
 * @throws Error where the key is not an Ed25519 key
 */
export function makeSignature(entries: readonly SignedEntry[], privateKey: KeyObject): string {
  const file: SignatureFile = {
    algorithm: "ed25519",
    publicKey: showPublicKey(createPublicKey(privateKey)),
    signature: sign(null, signedText(entries), privateKey).toString("base64"),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * What is signed: a line for each entry with its SHA-256 and name, ordered by the names' bytes. Names
 * hold no line breaks (`entry-name.ts`), so no two sets of entries give the same text. Of the zip file
 * itself nothing is in it: how entries are compressed or ordered changes nothing of what is run.
 */
export function signedText(entries: readonly SignedEntry[]): Buffer {
  const lines = entries
    .map(({ name, sha256 }) => ({ name: Buffer.from(name), sha256 }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .map(({ name, sha256 }) => `${sha256} ${name}\n`);
  return Buffer.from(`rookery bundle 1\n${lines.join("")}`);
}
