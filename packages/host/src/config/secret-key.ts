import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, reasonOf } from "../errors.ts";

/**
 * The key that seals secrets on the disk: from the file that the configuration names (a systemd
 * credential, say), else `secret.key` in the data directory, made at the first start.
 *
 * @returns 32 bytes
 * @throws AppError `SECRET_UNREADABLE`
 */
export function loadSecretKey(dataDir: string, file: string | undefined): Buffer {
  const path = file ?? join(dataDir, "secret.key");
  if (file === undefined) createOnce(path);
  const key = Buffer.from(read(path).trim(), "base64");
  if (key.length === 32) return key;
  throw new AppError(
    "SECRET_UNREADABLE",
    `${path} must hold 32 bytes as base64, such as "openssl rand -base64 32" makes.`,
  );
}

/** Tells one key from another, and nothing of what it is. */
export function idOfKey(key: Buffer): string {
  return createHash("sha256").update("rookery secret key").update(key).digest("hex").slice(0, 16);
}

/** A key as its file has it. */
export const keyFileText = (key: Buffer): string => `${key.toString("base64")}\n`;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new AppError("SECRET_UNREADABLE", `The secret key cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function createOnce(path: string): void {
  if (existsSync(path)) return;
  // Under another name first, so that a killed host leaves no half of a key; and on the disk before
  // anything is sealed with it.
  writeFileSync(`${path}.part`, keyFileText(randomBytes(32)), { mode: 0o600, flush: true });
  renameSync(`${path}.part`, path);
}
