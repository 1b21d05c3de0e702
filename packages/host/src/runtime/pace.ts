/** So many at once, then so many a second. */
export interface Pace {
  /** Milliseconds until one more is due; 0 now. */
  wait(): number;
  /** Takes so many, due or not; gives the milliseconds until they are. */
  take(count?: number): number;
}

/**
 * Keeps a pace (the generic cell rate algorithm: one number is all its state).
 *
 * @param perSecond how many a second in the long run
 * @param burst how many at once after a rest
 */
export function createPace(
  perSecond: number,
  burst: number,
  now: () => number = () => performance.now(),
): Pace {
  const msEach = 1000 / perSecond;
  const slack = burst * msEach;
  /** When all that was taken would be over at an even pace. */
  let over = Number.NEGATIVE_INFINITY;
  return {
    wait: () => Math.max(0, over + msEach - slack - now()),
    take(count = 1) {
      const time = now();
      over = Math.max(over, time) + count * msEach;
      return Math.max(0, over - slack - time);
    },
  };
}
