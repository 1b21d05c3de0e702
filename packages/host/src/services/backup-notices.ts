import { AppError } from "../errors.ts";
import type { BackupSchedule } from "./backup-schedule.ts";
import type { Backups } from "./backups.ts";
import { minute, type Notice } from "./notices.ts";

/** That the last backup failed, or that one is overdue. A host that makes none by itself is not told to. */
export function backupNotices(
  backups: Pick<Backups, "lastFailure" | "lastGoodAt">,
  schedule: Pick<BackupSchedule, "overdueSince"> | null,
): Notice[] {
  const remedy = "Mend that, and make one now: `rookery backup`, or POST /api/v1/backups.";
  const failure = backups.lastFailure();
  if (failure !== null) return [{ id: "backup", message: `The last backup failed: ${failure}`, remedy }];
  try {
    const since = schedule?.overdueSince() ?? null;
    if (since === null) return [];
    const good = backups.lastGoodAt();
    const last = good === null ? "and there is none" : `and the newest is of ${minute(good)}`;
    const message = `A backup is overdue: one was due at ${minute(since)}, ${last}.`;
    return [{ id: "backup", message, remedy: `The host's log may say why. ${remedy}` }];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ id: "backup", message: error.message, remedy }];
  }
}
