import { abortError } from "./abort-error.ts";

type Emitter = import("node:events").EventEmitter;
type Name = string | symbol;

/** What listens like an emitter: one, or an `EventTarget`. */
export type Source = Emitter | EventTarget;

/** Listens, and returns how to stop. */
export function listen(source: Source, name: Name, listener: (...args: unknown[]) => void): () => void {
  if ("on" in source) {
    source.on(name, listener);
    return () => void source.removeListener(name, listener);
  }
  source.addEventListener(String(name), listener);
  return () => source.removeEventListener(String(name), listener);
}

/** A promise for what the next event of this name brings; an "error" before it rejects. */
export function once(
  source: Source,
  name: Name,
  { signal }: { signal?: AbortSignal } = {},
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const stops: (() => void)[] = [];
    const end = (settle: () => void) => {
      for (const stop of stops) stop();
      settle();
    };
    stops.push(listen(source, name, (...args) => end(() => resolve(args))));
    if (name !== "error" && "on" in source) {
      stops.push(listen(source, "error", (error) => end(() => reject(error))));
    }
    if (signal) stops.push(listen(signal, "abort", () => end(() => reject(abortError(signal)))));
  });
}
