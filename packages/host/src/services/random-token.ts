import { createHash, randomBytes } from "node:crypto";

/** Behind which secret scanners find an API token in what was published by mistake. */
const API_TOKEN_PREFIX = "rookery_";

/** 256 random bits as 43 letters: a session, or a one-time link. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

export function randomApiToken(): string {
  return API_TOKEN_PREFIX + randomToken();
}

/** Whether a text claims to be an API token. */
export function isApiToken(text: string): boolean {
  return text.startsWith(API_TOKEN_PREFIX);
}

/** A name for a session or a token that tells nothing about it. */
export function randomId(): string {
  return randomBytes(8).toString("hex");
}

/** A token as it is stored. It is random, so a plain SHA-256 cannot be guessed back. */
export function hashOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
