import type { Database } from "../store/database.ts";

/** The `/sync` requests that wait for something to happen to their user. */
export interface Waiters {
  /** Notes that something happened; who waits is told after its commit. */
  wake(userId: string): void;
  /** Calls back at every wake of the user, and once when the server ends, until the returned function is called. */
  wait(userId: string, waiter: Waiter): () => void;
  /** Ends all waiting. */
  end(): void;
}

export interface Waiter {
  onWake(): void;
  onEnd(): void;
}

export function createWaiters(database: Database): Waiters {
  const waiting = new Map<string, Set<Waiter>>();
  const woken = new Set<string>();

  function tell(): void {
    const users = [...woken];
    woken.clear();
    for (const userId of users) for (const waiter of waiting.get(userId) ?? []) waiter.onWake();
  }

  return {
    wake(userId) {
      if (!waiting.has(userId)) return;
      woken.add(userId);
      // Even without anything to commit (typing), the caller's work is finished first.
      if (woken.size === 1) queueMicrotask(() => database.afterCommit(tell));
    },
    wait(userId, waiter) {
      const mine = waiting.get(userId) ?? new Set();
      waiting.set(userId, mine);
      mine.add(waiter);
      return () => {
        mine.delete(waiter);
        if (mine.size === 0 && waiting.get(userId) === mine) waiting.delete(userId);
      };
    },
    end() {
      for (const mine of waiting.values()) for (const waiter of mine) waiter.onEnd();
    },
  };
}
