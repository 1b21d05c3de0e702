import type { ErrorData } from "@rookery/plugin-sdk/protocol";

const LONGEST_RETRY_S = 24 * 60 * 60;

/** What a handler's `RetryLater` asks for, in milliseconds; `null` for every other error. */
export function retryDelay({ code, data }: ErrorData): number | null {
  if (code !== "RETRY_LATER") return null;
  const seconds = (data as { seconds?: unknown } | undefined)?.seconds;
  if (typeof seconds !== "number" || !(seconds >= 0)) return null;
  return Math.min(seconds, LONGEST_RETRY_S) * 1_000;
}
