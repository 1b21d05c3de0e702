import { verify } from "node:crypto";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { LIMITS, showBytes } from "./limits.ts";
import { decodeBase64, type PublicKey, readPublicKey } from "./public-key.ts";
import { SIGNATURE, type SignatureFile, type SignedEntry, signedText } from "./sign.ts";
import { parseStrictJson } from "./strict-json.ts";

const Shape = Type.Unsafe<SignatureFile>(
  Type.Object(
    { algorithm: Type.Literal("ed25519"), publicKey: Type.String(), signature: Type.String() },
    { additionalProperties: false },
  ),
);

/** Whose signature a bundle has, or why the one that it has does not fit. */
export type Verified = { signer: PublicKey; altered: null } | { signer: null; altered: string };

/** Whether an entry is the signature, or what some system would take for it. */
export function isSignatureName(name: string): boolean {
  return name.replace(/\/$/, "").normalize("NFC").toLowerCase() === SIGNATURE;
}

/**
 * Checks a bundle's signature.
 *
 * @param entries all others of the bundle
 * @param content of `signature.json`
 */
export function verifySignature(entries: readonly SignedEntry[], content: Buffer): Verified {
  const altered = (why: string): Verified => ({ signer: null, altered: why });
  if (content.length > LIMITS.signatureBytes) {
    return altered(`signature.json is larger than ${showBytes(LIMITS.signatureBytes)}`);
  }
  let file: unknown;
  try {
    file = parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    return altered("signature.json cannot be read as JSON");
  }
  if (!Value.Check(Shape, file)) return altered("signature.json does not have the fields it should");
  const key = readPublicKey(file.publicKey);
  if (key === null) return altered("the key in signature.json is not an Ed25519 key that can be trusted");
  const signature = decodeBase64(file.signature, 64);
  if (signature === null) return altered("the signature in signature.json is not an Ed25519 signature");
  if (!verify(null, signedText(entries), key, signature)) {
    return altered("the signature does not fit what is in it: something was changed, added or taken out");
  }
  return { signer: file.publicKey, altered: null };
}
