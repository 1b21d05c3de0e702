import { WORKER_ENDS, type WorkerEnd, type WorkerProcess } from "./worker-process.ts";
import type { WorkerUsage } from "./worker-usage.ts";

/** What the workers under one key used and came to since the host began. */
export interface WorkerFigures extends WorkerUsage {
  pluginId: string;
  /** The one instance that the worker is for; `null` where it is the plugin's. */
  instanceId: string | null;
  /** Whether one runs now. */
  isRunning: boolean;
  /** How often one ended, and why. */
  ends: ReadonlyMap<WorkerEnd, number>;
}

/** Counts across workers: one that is started again goes on where the last one was. */
export interface WorkerTally {
  started(pluginId: string, instanceId: string | null, worker: Pick<WorkerProcess, "usage">): void;
  ended(worker: Pick<WorkerProcess, "usage">, end: WorkerEnd): void;
  list(): WorkerFigures[];
}

interface Counted {
  pluginId: string;
  instanceId: string | null;
  /** Two for a moment, while one takes the other's place. */
  live: Set<Pick<WorkerProcess, "usage">>;
  /** Of those that ended. */
  cpuSeconds: number;
  ends: Map<WorkerEnd, number>;
}

/** @param isKept whether there is such a plugin and instance still: of others nothing is kept */
export function createWorkerTally(
  isKept: (pluginId: string, instanceId: string | null) => boolean,
): WorkerTally {
  const counted = new Map<string, Counted>();

  function sweep(): void {
    for (const [key, { pluginId, instanceId, live }] of counted) {
      if (live.size === 0 && !isKept(pluginId, instanceId)) counted.delete(key);
    }
  }

  return {
    started(pluginId, instanceId, worker) {
      sweep();
      const key = `${pluginId} ${instanceId ?? ""}`;
      const found = counted.get(key) ?? {
        ...{ pluginId, instanceId, live: new Set(), cpuSeconds: 0 },
        ends: new Map(WORKER_ENDS.map((end) => [end, 0])),
      };
      found.live.add(worker);
      counted.set(key, found);
    },
    ended(worker, end) {
      for (const one of counted.values()) {
        if (!one.live.delete(worker)) continue;
        one.cpuSeconds += worker.usage().cpuSeconds;
        one.ends.set(end, (one.ends.get(end) ?? 0) + 1);
      }
    },
    list() {
      sweep();
      return [...counted.values()].map(({ pluginId, instanceId, live, cpuSeconds, ends }) => {
        const usages = [...live].map((worker) => worker.usage());
        const resident = usages.flatMap(({ residentBytes }) => residentBytes ?? []);
        return {
          ...{ pluginId, instanceId, isRunning: live.size > 0, ends },
          residentBytes: resident.length === 0 ? null : sum(resident),
          cpuSeconds: cpuSeconds + sum(usages.map((usage) => usage.cpuSeconds)),
        };
      });
    },
  };
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
