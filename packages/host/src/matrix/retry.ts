import { setTimeout as delay } from "node:timers/promises";
import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";

/**
 * Repeats a request for as long as its failure is one that passes: the server's rate limit (as long
 * as it says), a 5xx, no answer at all. Safe for writes, because they carry a transaction ID.
 */
export async function untilAnswered<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await request();
    } catch (error) {
      const wait = waitAfter(error, failures);
      if (wait === null || signal.aborted) throw error;
      await delay(wait, undefined, { signal });
    }
  }
}

function waitAfter(error: unknown, failures: number): number | null {
  const backoff = Math.min(250 * 2 ** failures, 10_000) * (0.75 + Math.random() / 2);
  if (error instanceof AppError) return error.code === "HOMESERVER_UNREACHABLE" ? backoff : null;
  if (!(error instanceof MatrixError)) return null;
  if (error.errcode === "M_LIMIT_EXCEEDED" || error.statusCode === 429) return error.retryAfterMs ?? backoff;
  return error.statusCode >= 500 ? backoff : null;
}
