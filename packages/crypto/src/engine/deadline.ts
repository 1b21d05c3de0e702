import { CryptoError } from "../errors.ts";

/** A panic inside the wasm leaves its promise for ever as it is. */
const DEADLINE_MS = 30_000;

/**
 * The call's result, if it comes in time.
 *
 * @param what for the message: which call it is
 * @throws `HUNG`
 */
export function inTime<T>(what: string, call: Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new CryptoError("HUNG", what)), deadlineMs);
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
