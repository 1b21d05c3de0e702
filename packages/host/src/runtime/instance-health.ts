/** How something is that an instance looks after, as it told last. */
export interface HealthCheck {
  check: string;
  ok: boolean;
  message: string;
  /** Since when it is so: when it was first told to be well, or not to be. */
  since: number;
}

/** What running instances tell of themselves. Nothing of it is stored: an instance that starts tells anew. */
export interface InstanceHealth {
  /** Whether it was taken: an instance has up to 20 checks. */
  set(instanceId: string, told: Omit<HealthCheck, "since">): boolean;
  /** By the checks' names. */
  of(instanceId: string): HealthCheck[];
  /** The instance stopped. */
  forget(instanceId: string): void;
}

const MAX_CHECKS = 20;

export function createInstanceHealth(now = Date.now): InstanceHealth {
  const told = new Map<string, Map<string, HealthCheck>>();
  return {
    set(instanceId, { check, ok, message }) {
      const checks = told.get(instanceId) ?? new Map<string, HealthCheck>();
      const before = checks.get(check);
      if (!before && checks.size >= MAX_CHECKS) return false;
      checks.set(check, { check, ok, message, since: before?.ok === ok ? before.since : now() });
      told.set(instanceId, checks);
      return true;
    },
    of: (instanceId) =>
      [...(told.get(instanceId)?.values() ?? [])].sort((a, b) => (a.check < b.check ? -1 : 1)),
    forget: (instanceId) => void told.delete(instanceId),
  };
}
