import type { Database } from "../store/database.ts";

/** The `/sync` requests that wait for something to happen to their user. */
export interface Waiters {
  /** Notes that something happened; who waits is told after its commit. */
  wake(userId: string): void;
  /** Calls back at every wake of the user until the returned function is called. */
  wait(userId: string, onWake: () => void): () => void;
}

export function createWaiters(database: Database): Waiters {
  const waiting = new Map<string, Set<() => void>>();
  const woken = new Set<string>();

  function tell(): void {
    const users = [...woken];
    woken.clear();
    for (const userId of users) for (const onWake of waiting.get(userId) ?? []) onWake();
  }

  return {
    wake(userId) {
      if (!waiting.has(userId)) return;
      woken.add(userId);
      // Even without anything to commit (typing), the caller's work is finished first.
      if (woken.size === 1) queueMicrotask(() => database.afterCommit(tell));
    },
    wait(userId, onWake) {
      const mine = waiting.get(userId) ?? new Set();
      waiting.set(userId, mine);
      mine.add(onWake);
      return () => {
        mine.delete(onWake);
        if (mine.size === 0 && waiting.get(userId) === mine) waiting.delete(userId);
      };
    },
  };
}
