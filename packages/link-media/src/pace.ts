/** How much somebody may ask for in a while. */
export interface Pace {
  /** Takes one; where that is too much, gives how many milliseconds until there is room again. */
  take(key: string): number | null;
}

const MAX_KEYS = 10_000;

/** @param count in any `windowMs` */
export function createPace(count: number, windowMs: number, now = Date.now): Pace {
  const taken = new Map<string, number[]>();

  function forgetOld(at: number): void {
    for (const [key, times] of taken) {
      if ((times.at(-1) ?? 0) > at - windowMs) continue;
      taken.delete(key);
    }
  }

  return {
    take(key) {
      const at = now();
      if (taken.size >= MAX_KEYS) forgetOld(at);
      const times = (taken.get(key) ?? []).filter((time) => time > at - windowMs);
      const [oldest = at] = times;
      if (times.length >= count) return oldest + windowMs - at;
      taken.set(key, [...times, at]);
      return null;
    },
  };
}
