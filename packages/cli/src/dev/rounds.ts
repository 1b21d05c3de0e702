/** Work that is done over and over, one round at a time. */
export interface Rounds {
  /** Begins a round; while one goes on, one more follows it, however often this is called. */
  again(since: number): void;
  /** Resolves when no round goes on. */
  idle(): Promise<void>;
}

/** @param round is told when what it is for began; it does not reject */
export function createRounds(round: (since: number) => Promise<void>): Rounds {
  let going: Promise<void> | undefined;
  let next: number | undefined;

  async function go(since: number): Promise<void> {
    await round(since);
    if (next === undefined) return;
    const at = next;
    next = undefined;
    await go(at);
  }

  return {
    again(since) {
      if (going) next ??= since;
      else {
        going = go(since).finally(() => {
          going = undefined;
        });
      }
    },
    async idle() {
      await going;
    },
  };
}
