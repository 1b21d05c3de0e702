import { chmodSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../errors.ts";

/**
 * Keeps a second host out of the data directory. It is an SQLite lock, which the operating system
 * releases however the process ends, `kill -9` included.
 *
 * @throws AppError `DATA_LOCKED`
 */
export function lockDataDirectory(dataDir: string): { release(): void } {
  const file = join(dataDir, "lock");
  const db = new Database(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    db.pragma("locking_mode = EXCLUSIVE");
    db.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    db.close();
    if ((cause as { code?: unknown }).code !== "SQLITE_BUSY") throw cause;
    const text = `Another Rookery runs with ${dataDir}. Stop it first, or choose another data directory.`;
    throw new AppError("DATA_LOCKED", text, { cause });
  }
  return { release: () => void db.close() };
}
