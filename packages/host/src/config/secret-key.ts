import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../errors.ts";

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
  const key = Buffer.from(readFileSync(path, "utf8").trim(), "base64");
  if (key.length === 32) return key;
  throw new AppError(
    "SECRET_UNREADABLE",
    `${path} must hold 32 bytes as base64, such as "openssl rand -base64 32" makes.`,
  );
}

function createOnce(path: string): void {
  try {
    writeFileSync(path, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
