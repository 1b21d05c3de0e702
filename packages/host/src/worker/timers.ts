/** Timers of one instance, ended with it: what it starts after its end does not run. */
export interface Timers {
  globals: Record<
    "setTimeout" | "setInterval" | "setImmediate" | "clearTimeout" | "clearInterval" | "clearImmediate",
    (...args: never[]) => unknown
  >;
  end(): void;
}

const MAX_TIMERS = 10_000;

/**
 * `setTimeout` and its kin for one compartment. They return numbers, not Node's objects; what a
 * callback throws goes to `onError` and ends nothing; more than 10,000 at once are refused.
 */
export function createTimers(onError: (error: unknown) => void): Timers {
  const running = new Map<number, NodeJS.Timeout>();
  let lastId = 0;
  let ended = false;

  function start(
    repeat: boolean,
    callback: (...args: unknown[]) => unknown,
    ms: unknown,
    args: unknown[],
  ): number {
    if (typeof callback !== "function") throw new TypeError("A timer needs a function to call.");
    if (running.size >= MAX_TIMERS) throw new RangeError(`More than ${MAX_TIMERS} timers at once.`);
    const id = ++lastId;
    if (ended) return id;
    const run = async () => {
      if (!repeat) running.delete(id);
      try {
        await callback(...args);
      } catch (error) {
        onError(error);
      }
    };
    const delay = Math.max(0, Number(ms) || 0);
    running.set(id, repeat ? setInterval(run, Math.max(1, delay)) : setTimeout(run, delay));
    return id;
  }

  function clear(id: unknown): void {
    const timer = running.get(Number(id));
    running.delete(Number(id));
    clearTimeout(timer);
  }

  return {
    globals: {
      setTimeout: (callback: () => unknown, ms?: unknown, ...args: unknown[]) =>
        start(false, callback, ms, args),
      setInterval: (callback: () => unknown, ms?: unknown, ...args: unknown[]) =>
        start(true, callback, ms, args),
      setImmediate: (callback: () => unknown, ...args: unknown[]) => start(false, callback, 0, args),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    },
    end() {
      ended = true;
      for (const timer of running.values()) clearTimeout(timer);
      running.clear();
    },
  };
}
