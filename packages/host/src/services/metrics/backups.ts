import { AppError } from "../../errors.ts";
import type { Backups } from "../backups.ts";
import type { Family } from "./family.ts";

/** When the last good backup was begun. Without one, and while the folder cannot be read, there is no value. */
export function backupFamilies(backups: Pick<Backups, "lastGoodAt">): Family[] {
  const at = lastGoodAt(backups);
  return [
    {
      name: "rookery_backup_last_success_timestamp_seconds",
      help: "When the newest backup was begun, in seconds since 1970.",
      type: "gauge",
      values: at === null ? [] : [{ labels: {}, value: at / 1000 }],
    },
  ];
}

function lastGoodAt(backups: Pick<Backups, "lastGoodAt">): number | null {
  try {
    return backups.lastGoodAt();
  } catch (error) {
    // The notices say so.
    if (error instanceof AppError) return null;
    throw error;
  }
}
