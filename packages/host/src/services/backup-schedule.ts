import type { CronTimes } from "../runtime/cron.ts";
import type { Backups } from "./backups.ts";

/** Makes backups by the clock. One that was missed while the host was down is made at its start. */
export interface BackupSchedule {
  /** When a backup was due that is not there an hour later, in milliseconds since 1970; `null` where all are. */
  overdueSince(): number | null;
  close(): void;
}

const GRACE_MS = 60 * 60_000;
/** What kept one from being made may be over by then. */
const RETRY_MS = 30 * 60_000;
/** The clock may be set meanwhile, and a timer takes no more than 24 days. */
const LOOK_AGAIN_MS = 60 * 60_000;

export function createBackupSchedule(options: {
  times: CronTimes;
  backups: Pick<Backups, "make" | "lastGoodAt" | "idle" | "isUnderWay">;
  warn: (message: string, error?: unknown) => void;
}): BackupSchedule {
  const { times, backups, warn } = options;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let triedAt = Number.NEGATIVE_INFINITY;
  /** One that failed is tried once more, and then not before the next is due. */
  let retryAt = Number.POSITIVE_INFINITY;

  /** The last time up to another that has no backup since. */
  function missed(upTo: number): number | null {
    const due = times.latest(upTo);
    return due !== null && due > (backups.lastGoodAt() ?? Number.NEGATIVE_INFINITY) ? due : null;
  }

  async function look(): Promise<void> {
    try {
      await backups.idle();
      const now = Date.now();
      const due = missed(now);
      const isFirst = due !== null && due > triedAt;
      const isAgain = due !== null && now >= retryAt;
      if (now >= retryAt) retryAt = Number.POSITIVE_INFINITY;
      if ((isFirst || isAgain) && !closed) {
        triedAt = now;
        if (isFirst) retryAt = now + RETRY_MS;
        await backups.make({ withKey: false });
      }
    } catch (error) {
      warn("The scheduled backup was not made.", error);
    }
    wait();
  }

  function wait(): void {
    if (closed) return;
    const now = Date.now();
    const next = Math.min(times.next(now) ?? Number.POSITIVE_INFINITY, retryAt);
    timer = setTimeout(() => void look(), Math.min(next - now, LOOK_AGAIN_MS)).unref();
  }

  void look();
  return {
    overdueSince: () => (backups.isUnderWay() ? null : missed(Date.now() - GRACE_MS)),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
