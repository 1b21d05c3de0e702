/** How much an instance is asked at once; so one of them, or who calls it, does not take the others' share. */
export interface Limits {
  /** Counts a request: `null` where it may go on, until `leave` is called. */
  enter(instanceId: string): "too-fast" | "too-many" | null;
  leave(instanceId: string): void;
}

/** So many seconds' worth may come at once. */
const BURST_S = 3;
/** Requests of an instance, and of all, that are read or answered at once. */
const AT_ONCE = 16;
const ALL_AT_ONCE = 64;

interface Use {
  /** Requests that may come now. */
  left: number;
  at: number;
  running: number;
}

/** @param perSecond requests to an instance, in the long run */
export function createLimits(perSecond: number, now: () => number = () => performance.now()): Limits {
  const uses = new Map<string, Use>();
  const burst = perSecond * BURST_S;
  let all = 0;

  return {
    enter(instanceId) {
      const use = uses.get(instanceId) ?? { left: burst, at: now(), running: 0 };
      uses.set(instanceId, use);
      const time = now();
      use.left = Math.min(burst, use.left + ((time - use.at) / 1_000) * perSecond);
      use.at = time;
      if (use.left < 1) return "too-fast";
      if (use.running >= AT_ONCE || all >= ALL_AT_ONCE) return "too-many";
      use.left--;
      use.running++;
      all++;
      return null;
    },
    leave(instanceId) {
      const use = uses.get(instanceId);
      if (!use) return;
      use.running--;
      all--;
    },
  };
}
