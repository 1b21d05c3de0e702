import type { Failure } from "./failures.ts";

/** Leaves a way alone for a while that failed, so that it is not asked when it can only say no. */
export interface Breaker {
  /** Why it is left alone now; `null` where it is not. */
  open(): Failure | null;
  worked(): void;
  failed(failure: Failure): void;
}

/** What says so plainly is believed at once; everything else may have been bad luck. */
const IN_A_ROW = 3;
const LONGEST = 16;

/** @param pauseMs how long after the first time; twice as long each time it goes on failing, up to 16 times. 0: never */
export function createBreaker(pauseMs: number, now = Date.now): Breaker {
  let inARow = 0;
  let factor = 1;
  let paused: { until: number; failure: Failure } | undefined;

  return {
    open: () => (paused && now() < paused.until ? paused.failure : null),
    worked() {
      inARow = 0;
      factor = 1;
      paused = undefined;
    },
    failed(failure) {
      if (failure.breaks === undefined) return;
      inARow += 1;
      if (pauseMs === 0 || (failure.breaks === "in-a-row" && inARow < IN_A_ROW)) return;
      paused = { until: now() + pauseMs * factor, failure };
      factor = Math.min(LONGEST, factor * 2);
    },
  };
}
