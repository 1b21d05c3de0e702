import { closeSync, openSync } from "node:fs";
import { backup } from "node:sqlite";
import { openGuarded } from "./open.ts";

const PAGES_AT_ONCE = 1_000;
const BUSY_MS = 5_000;

/**
 * Copies a database as it is at this moment, while others write to it.
 *
 * @param to absolute path of a file that is not there yet; it gets the mode 0600
 */
export async function copyDatabase(
  file: string,
  megabytes: number,
  to: string,
): Promise<{ ok: null } | { error: string }> {
  try {
    const { db, authorizer } = openGuarded(file, megabytes, BUSY_MS);
    try {
      // What is read in one transaction does not begin anew where somebody writes.
      authorizer.trust(() => db.exec("BEGIN"));
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
      closeSync(openSync(to, "wx", 0o600));
      await backup(db, to, { rate: PAGES_AT_ONCE });
      return { ok: null };
    } finally {
      db.close();
    }
  } catch (error) {
    return { error: `The database cannot be copied: ${(error as Error).message}` };
  }
}
