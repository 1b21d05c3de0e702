/** What is under way for one thing is waited for by the others who want it, too. */
export interface Flights {
  has(key: string): boolean;
  /**
   * Does the work, unless the same is under way: then waits for its end, whichever that is.
   *
   * @returns whether it did the work; how the work of somebody else failed, where it did
   * @throws what its own work throws
   */
  run(key: string, work: () => Promise<void>): Promise<{ did: true } | { did: false; failed?: unknown }>;
}

export function createFlights(): Flights {
  const underWay = new Map<string, Promise<void>>();
  return {
    has: (key) => underWay.has(key),
    async run(key, work) {
      const found = underWay.get(key);
      if (found) {
        return await found.then(
          () => ({ did: false as const }),
          (failed: unknown) => ({ did: false as const, failed }),
        );
      }
      const begun = work();
      underWay.set(key, begun);
      try {
        await begun;
        return { did: true };
      } finally {
        underWay.delete(key);
      }
    },
  };
}
