import { setTimeout as delay } from "node:timers/promises";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";

const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 10_000;
/** The longest that a timer can wait; one beyond it would ring at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * Repeats a request for as long as its failure is one that passes: the server's rate limit (as long
 * as it says), a 5xx, no answer at all. Safe for writes, because they carry a transaction ID.
 *
 * @param signal ends the repeating; once it is aborted, nothing more is sent
 * @throws whatever the last request threw, or the signal's reason where there was none
 */
export async function untilAnswered<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  for (let failures = 0; ; failures++) {
    try {
      return await request();
    } catch (error) {
      const wait = waitAfter(error, failures);
      if (wait === null || signal.aborted) throw error;
      await delay(wait, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

function waitAfter(error: unknown, failures: number): number | null {
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** failures, LAST_WAIT_MS) * (0.75 + Math.random() / 2);
  if (error instanceof AppError) return error.code === "HOMESERVER_UNREACHABLE" ? backoff : null;
  if (!(error instanceof MatrixError)) return null;
  if (error.errcode === "M_LIMIT_EXCEEDED" || error.statusCode === 429) {
    return Math.min(error.retryAfterMs ?? backoff, TIMER_MAX_MS);
  }
  return error.statusCode >= 500 ? backoff : null;
}
