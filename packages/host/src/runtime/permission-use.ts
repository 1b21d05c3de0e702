import type { PermissionItem, PermissionName } from "@rookery/plugin-sdk/manifest";
import type { PermissionUse, PermissionUseStore, UseSummary } from "../store/permission-uses.ts";

/** Counts what instances make of their permissions: in memory at once, on the disk now and then. */
export interface PermissionUses {
  note(instanceId: string, permission: PermissionName, value: string | null): void;
  /** What an instance made use of: how often within 24 hours, and when last. */
  of(instanceId: string): UseSummary[];
  /** What all instances of a plugin made use of together. */
  ofPlugin(pluginId: string): UseSummary[];
  /** Writes what is not on the disk yet, and ends the timer. */
  close(): void;
}

const HOUR_MS = 60 * 60_000;
const DAY_HOURS = 24;
/** What a host that is killed forgets at most. */
const FLUSH_MS = 10_000;

export function createPermissionUses(options: {
  store: PermissionUseStore;
  onUnwritable: (error: unknown) => void;
  now?: () => number;
}): PermissionUses {
  const { store, onUnwritable, now = Date.now } = options;
  let unwritten = new Map<string, PermissionUse>();
  let timer: NodeJS.Timeout | undefined;
  let forgotten = 0;

  const firstHour = () => Math.floor(now() / HOUR_MS) - DAY_HOURS + 1;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const hour = Math.floor(now() / HOUR_MS);
    try {
      if (unwritten.size > 0) store.add([...unwritten.values()]);
      unwritten = new Map();
      if (hour > forgotten) store.forget(hour - DAY_HOURS);
      forgotten = hour;
    } catch (error) {
      // It is tried again with the next use.
      onUnwritable(error);
    }
  }

  return {
    note(instanceId, permission, value) {
      const at = now();
      const hour = Math.floor(at / HOUR_MS);
      const key = `${instanceId} ${permission} ${hour} ${value}`;
      const use = unwritten.get(key);
      if (use) {
        use.count++;
        use.lastAt = at;
      } else {
        const first = { instanceId, permission, value: value ?? "", hour, count: 1, lastAt: at };
        unwritten.set(key, first);
      }
      timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    of(instanceId) {
      flush();
      return store.of(instanceId, firstHour());
    },
    ofPlugin(pluginId) {
      flush();
      return store.ofPlugin(pluginId, firstHour());
    },
    close: flush,
  };
}

/** What was made of one part; `null` where it was never used. */
export function useOf(uses: readonly UseSummary[], { permission, value }: PermissionItem): UseSummary | null {
  return uses.find((use) => use.permission === permission && use.value === (value ?? "")) ?? null;
}
