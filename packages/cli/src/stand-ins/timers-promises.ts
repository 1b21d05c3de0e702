import { abortError } from "./abort-error.ts";

interface Options {
  signal?: AbortSignal;
}

/** A promise for `value` after some milliseconds. */
export function setTimeout<T>(ms?: number, value?: T, options: Options = {}): Promise<T> {
  return after(
    (done) => {
      const timer = globalThis.setTimeout(done, ms);
      return () => globalThis.clearTimeout(timer);
    },
    value as T,
    options,
  );
}

/** A promise for `value` after what runs now. */
export function setImmediate<T>(value?: T, options: Options = {}): Promise<T> {
  return after(
    (done) => {
      const immediate = globalThis.setImmediate(done);
      return () => globalThis.clearImmediate(immediate);
    },
    value as T,
    options,
  );
}

/** Yields `value` every so many milliseconds, without end. */
export async function* setInterval<T>(ms?: number, value?: T, options: Options = {}): AsyncGenerator<T> {
  let due = Date.now();
  for (;;) {
    due += Math.max(1, ms ?? 1);
    yield await setTimeout(Math.max(0, due - Date.now()), value as T, options);
  }
}

export const scheduler = {
  wait: (ms?: number, options?: Options): Promise<void> => setTimeout(ms, undefined, options),
  yield: (): Promise<void> => setImmediate(),
};

function after<T>(start: (done: () => void) => () => void, value: T, { signal }: Options): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      stop();
      reject(abortError(signal as AbortSignal));
    };
    const stop = start(() => {
      signal?.removeEventListener("abort", fail);
      resolve(value);
    });
    if (signal?.aborted) fail();
    else signal?.addEventListener("abort", fail, { once: true });
  });
}

export default { setTimeout, setImmediate, setInterval, scheduler };
