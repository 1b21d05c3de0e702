/** Work on the same thing goes one after another. */
export interface Turns {
  /** Runs when all that was asked for before, under the same key, has ended. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when what was asked for under the key (or under any) until now has ended. */
  idle(key?: string): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, work) {
      const run = (last.get(key) ?? Promise.resolve()).then(work);
      // What it throws is its caller's; the next one runs all the same.
      const ended = run.catch(() => undefined);
      last.set(key, ended);
      void ended.then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
      return run;
    },
    async idle(key) {
      await Promise.all(key === undefined ? [...last.values()] : [last.get(key)]);
    },
  };
}
