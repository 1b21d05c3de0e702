/** Decides when something that crashed is started again. */
export interface Backoff {
  /** Milliseconds to wait after this crash, or `null` where it is enough. */
  crashed(id: string): number | null;
  reset(id: string): void;
}

const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
/** What ran this long was well; its next crash counts as the first. */
const HEALTHY_MS = 60_000;

/** @param delaysMs what is waited after the first crash, after the second, and so on */
export function createBackoff(now: () => number = Date.now, delaysMs = DELAYS_MS): Backoff {
  const crashes = new Map<string, { count: number; at: number }>();
  return {
    crashed(id) {
      const last = crashes.get(id);
      const count = last && now() - last.at < HEALTHY_MS ? last.count + 1 : 1;
      crashes.set(id, { count, at: now() });
      return delaysMs[count - 1] ?? null;
    },
    reset: (id) => void crashes.delete(id),
  };
}
