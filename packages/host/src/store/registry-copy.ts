import Database from "better-sqlite3";
import { reasonOf } from "../errors.ts";
import { copyDatabase } from "./snapshots.ts";

/**
 * Copies the registry as it is now, for a backup, while the host goes on. An upgrade that is being watched is trusted
 * in the copy: the databases to go back to are in no backup.
 *
 * @returns the number of its schema
 */
export async function copyRegistry(file: string, to: string): Promise<number> {
  await copyDatabase(file, to);
  const db = new Database(to);
  try {
    db.exec("UPDATE OR REPLACE plugin_version SET role = 'previous' WHERE role = 'replaced'");
    return db.pragma("user_version", { simple: true }) as number;
  } finally {
    db.close();
  }
}

/**
 * Looks whether a file that came from elsewhere is a registry.
 *
 * @returns the number of its schema
 * @throws Error that says why it is none
 */
export function inspectRegistry(file: string): number {
  const db = new Database(file, { fileMustExist: true });
  try {
    db.pragma("trusted_schema = OFF");
    const damage = db.pragma("quick_check(1)", { simple: true });
    if (damage !== "ok") throw new Error(String(damage));
    return db.pragma("user_version", { simple: true }) as number;
  } catch (cause) {
    throw new Error(`rookery.db is damaged: ${reasonOf(cause)}`, { cause });
  } finally {
    db.close();
  }
}
