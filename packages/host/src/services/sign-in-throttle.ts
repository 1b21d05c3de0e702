import { AppError } from "../errors.ts";

/**
 * Slows guessing down: tries that failed under the same key make the next one wait, longer each time,
 * up to a minute. What is refused meanwhile counts for nothing, so nobody is kept out for good.
 */
export interface SignInThrottle {
  /**
   * Counts a try as failed, until it is told otherwise: tries side by side count as well.
   *
   * @throws AppError `TOO_MANY_REQUESTS` with `retryAfterSeconds`
   */
  begin(lines: Line[]): Try;
}

/** What tries are counted under, such as `name ada`, and how many may fail without a wait. */
export interface Line {
  key: string;
  free: number;
}

export interface Try {
  /**
   * It did not fail, and is taken back.
   *
   * @param clears keys under which whatever failed before is forgotten, too
   */
  takeBack(clears?: string[]): void;
}

const LONGEST_WAIT_MS = 60_000;
/** After so long without a try, what failed is forgotten. */
const FORGET_MS = 60 * 60_000;
const MAX_KEYS = 10_000;

export function createSignInThrottle(now: () => number, maxKeys = MAX_KEYS): SignInThrottle {
  /** The longest without a try first. */
  const failed = new Map<string, { count: number; lastAt: number }>();

  function failures(key: string): { count: number; lastAt: number } {
    const found = failed.get(key);
    return found && now() - found.lastAt < FORGET_MS ? found : { count: 0, lastAt: 0 };
  }

  function set(key: string, count: number, lastAt: number): void {
    failed.delete(key);
    if (count > 0) failed.set(key, { count, lastAt });
    for (const [oldest] of failed) {
      if (failed.size <= maxKeys) return;
      failed.delete(oldest);
    }
  }

  return {
    begin(lines) {
      const waits = lines.map(({ key, free }) => {
        const { count, lastAt } = failures(key);
        return waitAfter(count - free) - (now() - lastAt);
      });
      const seconds = Math.ceil(Math.max(...waits) / 1_000);
      if (seconds > 0) {
        const text = `Too many sign-ins failed. Wait ${seconds} ${seconds === 1 ? "second" : "seconds"} and try again.`;
        throw new AppError("TOO_MANY_REQUESTS", text, { data: { retryAfterSeconds: seconds } });
      }
      for (const { key } of lines) set(key, failures(key).count + 1, now());
      return {
        takeBack(clears = []) {
          for (const { key } of lines) {
            const { count, lastAt } = failures(key);
            set(key, clears.includes(key) ? 0 : count - 1, lastAt);
          }
        },
      };
    },
  };
}

/** @param beyond how many more failed than may */
function waitAfter(beyond: number): number {
  return beyond < 0 ? 0 : Math.min(1_000 * 2 ** beyond, LONGEST_WAIT_MS);
}
