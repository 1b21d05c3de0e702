/** The buckets' upper bounds in milliseconds: from a greeting to a download. */
const BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000];

/** How long things of one kind took, counted in buckets: to add one is a step or two of a loop and two additions. */
export interface Durations {
  /** @param ms milliseconds */
  add(ms: number): void;
  read(): CountedDurations;
}

/** What was counted so far. */
export interface CountedDurations {
  /** How many took no longer than `seconds`, the shorter ones included; the last bucket has no bound. */
  buckets: { seconds: number; count: number }[];
  /** How long all of them took together, in seconds. */
  sum: number;
  count: number;
}

export function createDurations(): Durations {
  const counts = new Float64Array(BOUNDS_MS.length + 1);
  let sumMs = 0;

  return {
    add(ms) {
      // A clock that was set back must not take away what was counted.
      const taken = ms > 0 ? ms : 0;
      let bucket = 0;
      while (taken > (BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sumMs += taken;
    },
    read() {
      let count = 0;
      const buckets = Array.from(counts, (counted, bucket) => {
        count += counted;
        return { seconds: (BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY) / 1000, count };
      });
      return { buckets, sum: sumMs / 1000, count };
    },
  };
}

/**
 * Within which time so large a part of them ended, in milliseconds: between a bucket's bounds it is taken to be even, as
 * Prometheus does. `null` where there are none.
 *
 * @param counts by bucket, each for itself
 */
export function quantile(counts: readonly number[], part: number): number | null {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * part;
  if (wanted === 0) return null;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= wanted) {
      const low = BOUNDS_MS[bucket - 1] ?? 0;
      return low + ((BOUNDS_MS[bucket] ?? low) - low) * ((wanted - before) / count);
    }
    before += count;
  }
  return null;
}
