import type { Db } from "./database.ts";
import type { OverflowStore } from "./overflows.ts";

export interface InboxBoundOptions {
  /** How many entries an instance may have. */
  entries?: number;
  /** Told when an instance's events begin to be refused, once until there is room again. */
  onFull?: (instanceId: string, entries: number) => void;
  /** Told when an instance whose events were refused has worked off a tenth of them. */
  onRoom?: (instanceId: string, refused: number) => void;
  /**
   * The time before which an instance's entries are too old to be handled, in milliseconds since 1970;
   * `null` while it is handed its entries, which sees to the old ones by itself.
   */
  tooOldBefore?: (instanceId: string) => number | null;
  now?: () => number;
}

/** How full the inbox of each instance is; known without counting entries for each event. */
export interface InboxBound {
  count(instanceId: string): number;
  /** Whether there was no room, and not much of it came since. */
  isFull(instanceId: string): boolean;
  /** Takes the place of a new entry, if there is one; else the event is counted as refused. */
  take(instanceId: string): boolean;
  /** Counts entries that came beside the bound, or went (below zero). */
  change(instanceId: string, by: number): void;
  /** An instance that is gone. */
  forget(instanceId: string): void;
  /**
   * A transaction in which entries come or go. What was refused is stored with it; where it fails,
   * nothing of it is counted.
   */
  transaction<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Result;
}

const ENTRIES = 100_000;
/** An inbox that was full has room again at this part of its bound: nobody is told of each place. */
const ROOM = 0.9;
/** What is too old is looked for this often at most: reading 100,000 entries for it stops the host for 0.3 s. */
const LOOK_MS = 10 * 60_000;

/**
 * Bounds the inbox of each instance, and refuses what comes beyond: the newest, so that order is kept.
 * Why nothing is held back at the homeserver instead: docs/decisions/0012.
 */
export function createInboxBound(
  db: Db,
  overflows: OverflowStore,
  options: InboxBoundOptions = {},
): InboxBound {
  const { entries = ENTRIES, onFull, onRoom, tooOldBefore, now = Date.now } = options;
  const stored = db.prepare<[string], { n: number }>("SELECT count(*) AS n FROM inbox WHERE instance_id = ?");
  const removeOld = db.prepare(
    `DELETE FROM inbox WHERE instance_id = ? AND crashes = 0 AND attempts = 0 AND run = 0
     AND room_id LIKE '!%' AND event ->> '$.origin_server_ts' < ?`,
  );
  const addSkipped = db.prepare("UPDATE instance SET skipped = skipped + ? WHERE id = ?");
  /** Those that were counted once; kept from then on. */
  const counts = new Map<string, number>();
  /** Of whom the operator was told. */
  const refusing = new Set<string>();
  const lookedAt = new Map<string, number>();
  /** Within the transaction that runs. */
  const refused = new Map<string, number>();

  function count(instanceId: string): number {
    const known = counts.get(instanceId);
    if (known !== undefined) return known;
    const n = stored.get(instanceId)?.n ?? 0;
    counts.set(instanceId, n);
    return n;
  }

  const isFull = (instanceId: string) => count(instanceId) > entries * ROOM;

  /** An instance that does not run must not keep what it can no longer answer, and lose what it could. */
  function dropOld(instanceId: string): void {
    const time = now();
    if (time - (lookedAt.get(instanceId) ?? -Infinity) < LOOK_MS) return;
    const before = tooOldBefore?.(instanceId) ?? null;
    if (before === null) return;
    lookedAt.set(instanceId, time);
    const { changes } = removeOld.run(instanceId, before);
    addSkipped.run(changes, instanceId);
    change(instanceId, -changes);
  }

  function change(instanceId: string, by: number): void {
    const known = counts.get(instanceId);
    // Else it is counted when somebody asks, and this with it.
    if (known !== undefined) counts.set(instanceId, known + by);
  }

  function tell(): void {
    for (const instanceId of refused.keys()) {
      if (refusing.has(instanceId)) continue;
      refusing.add(instanceId);
      onFull?.(instanceId, entries);
    }
    for (const instanceId of refusing) {
      if (isFull(instanceId)) continue;
      refusing.delete(instanceId);
      onRoom?.(instanceId, overflows.get(instanceId)?.refused ?? 0);
    }
  }

  return {
    count,
    isFull,
    change,

    take(instanceId) {
      if (count(instanceId) >= entries) dropOld(instanceId);
      const n = count(instanceId);
      if (n >= entries) {
        refused.set(instanceId, (refused.get(instanceId) ?? 0) + 1);
        return false;
      }
      counts.set(instanceId, n + 1);
      return true;
    },

    forget(instanceId) {
      counts.delete(instanceId);
      refusing.delete(instanceId);
      lookedAt.delete(instanceId);
    },

    transaction(work) {
      const run = db.transaction((...args: Parameters<typeof work>) => {
        const result = work(...args);
        for (const [instanceId, n] of refused) overflows.add(instanceId, n, now());
        return result;
      }).immediate;
      return (...args) => {
        try {
          const result = run(...args);
          tell();
          return result;
        } catch (error) {
          // What was counted is not on the disk: it is counted anew.
          counts.clear();
          lookedAt.clear();
          throw error;
        } finally {
          refused.clear();
        }
      };
    },
  };
}
