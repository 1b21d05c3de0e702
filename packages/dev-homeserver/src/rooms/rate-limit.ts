import { limitExceeded } from "../errors.ts";

/** How fast one user may send: a bucket of `burst` messages, refilled at `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Takes one message out of a user's bucket. @throws MatrixError 429 `M_LIMIT_EXCEEDED` when it is empty */
export type TakeMessage = (userId: string) => void;

export function createRateLimiter({ perSecond, burst }: RateLimit): TakeMessage {
  const buckets = new Map<string, { left: number; at: number }>();
  return (userId) => {
    const now = performance.now();
    const bucket = buckets.get(userId) ?? { left: burst, at: now };
    const left = Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond);
    if (left < 1) {
      buckets.set(userId, { left, at: now });
      throw limitExceeded(Math.ceil(((1 - left) / perSecond) * 1000));
    }
    buckets.set(userId, { left: left - 1, at: now });
  };
}
