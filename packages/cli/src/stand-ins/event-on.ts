import { abortError } from "./abort-error.ts";
import { listen, type Source } from "./event-once.ts";

/** What the events of this name bring, one after the other, until an "error" or the signal ends it. */
export function on(
  source: Source,
  name: string | symbol,
  { signal }: { signal?: AbortSignal } = {},
): AsyncIterableIterator<unknown[]> {
  if (signal?.aborted) throw abortError(signal);
  const arrived: unknown[][] = [];
  const waiting: {
    resolve: (result: IteratorResult<unknown[]>) => void;
    reject: (error: unknown) => void;
  }[] = [];
  let failure: { error: unknown } | null = null;
  let ended = false;

  const fail = (error: unknown) => {
    const next = waiting.shift();
    if (next) next.reject(error);
    else failure = { error };
    stop();
  };
  const stops = [
    listen(source, name, (...args) => {
      const next = waiting.shift();
      if (next) next.resolve({ value: args, done: false });
      else arrived.push(args);
    }),
    ...(name !== "error" && "on" in source ? [listen(source, "error", fail)] : []),
    ...(signal ? [listen(signal, "abort", () => fail(abortError(signal)))] : []),
  ];
  function stop() {
    ended = true;
    for (const each of stops) each();
    for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  return {
    async next() {
      const value = arrived.shift();
      if (value) return { value, done: false };
      if (failure) {
        const { error } = failure;
        failure = null;
        throw error;
      }
      if (ended) return { value: undefined, done: true };
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    async return() {
      stop();
      return { value: undefined, done: true };
    },
    async throw(error) {
      fail(error);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
