import type { Config } from "../config/config.ts";
import type { StoredBackup } from "../store/backup-folder.ts";

export type Keep = Config["backup"]["keep"];
type Named = Pick<StoredBackup, "name" | "createdAt">;

/**
 * Which backups are kept: the newest, so many of the newest as are told, and of each of the last days, weeks and months
 * that have any the last. Days are UTC's, weeks begin on Mondays.
 *
 * @param backups the newest first
 * @returns their names
 */
export function keptOf(backups: readonly Named[], keep: Keep): Set<string> {
  const lastOfEach = (period: (at: number) => string, count: number) => {
    const periods = new Map<string, Named>();
    for (const backup of backups) {
      const name = period(backup.createdAt);
      if (!periods.has(name)) periods.set(name, backup);
    }
    return [...periods.values()].slice(0, count);
  };
  return new Set(
    [
      ...backups.slice(0, Math.max(1, keep.last)),
      ...lastOfEach(dayOf, keep.daily),
      ...lastOfEach((at) => dayOf(at - weekday(at) * DAY_MS), keep.weekly),
      ...lastOfEach((at) => dayOf(at).slice(0, 7), keep.monthly),
    ].map(({ name }) => name),
  );
}

const DAY_MS = 24 * 60 * 60_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
/** Since Monday. */
const weekday = (at: number) => (new Date(at).getUTCDay() + 6) % 7;
