import type { Supervisor } from "../runtime/supervisor.ts";

/** What the host and each worker use now. */
export interface Usage {
  host: { residentBytes: number; cpuPercent: number | null };
  workers: {
    pluginId: string;
    /** The one instance that the worker is for; `null` where it is the plugin's. */
    instanceId: string | null;
    residentBytes: number | null;
    /** Of one processor, lately. */
    cpuPercent: number | null;
  }[];
}

/** Processor time that was used until a moment, in milliseconds. */
export interface CpuReading {
  /** In milliseconds since 1970. */
  at: number;
  cpuMs: number;
  /** By worker. One that is started again goes on where the last one was. */
  workers: ReadonlyMap<string, number>;
}

export function readCpu(supervisor: Pick<Supervisor, "workers">, now: () => number): CpuReading {
  const { user, system } = process.cpuUsage();
  return {
    at: now(),
    cpuMs: (user + system) / 1000,
    workers: new Map(supervisor.workers().map((worker) => [keyOf(worker), worker.cpuSeconds * 1000])),
  };
}

/** Between two looks that are closer than this, a share of a processor would say little. */
const SHORTEST_MS = 2_000;
/** What was used since a look that is longer ago is no "lately". */
const LONGEST_MS = 60_000;

/** @returns what is used now; shares of the processor are those between two looks */
export function createUsage(supervisor: Pick<Supervisor, "workers">, now: () => number = Date.now) {
  let last = readCpu(supervisor, now);
  let shares = { host: null as number | null, workers: new Map<string, number>() };

  function look(): void {
    const reading = readCpu(supervisor, now);
    const ms = reading.at - last.at;
    if (ms >= 0 && ms < SHORTEST_MS) return;
    const shareOf = (cpuMs: number, before: number) => Math.max(0, ((cpuMs - before) / ms) * 100);
    const isLately = ms > 0 && ms <= LONGEST_MS;
    const workers = isLately ? [...reading.workers] : [];
    shares = {
      host: isLately ? shareOf(reading.cpuMs, last.cpuMs) : null,
      workers: new Map(workers.map(([key, cpuMs]) => [key, shareOf(cpuMs, last.workers.get(key) ?? 0)])),
    };
    last = reading;
  }

  return (): Usage => {
    look();
    return {
      host: { residentBytes: process.memoryUsage.rss(), cpuPercent: shares.host },
      workers: supervisor
        .workers()
        .filter(({ isRunning }) => isRunning)
        .map((worker) => ({
          pluginId: worker.pluginId,
          instanceId: worker.instanceId,
          residentBytes: worker.residentBytes,
          cpuPercent: shares.workers.get(keyOf(worker)) ?? null,
        })),
    };
  };
}

const keyOf = ({ pluginId, instanceId }: { pluginId: string; instanceId: string | null }) =>
  `${pluginId} ${instanceId ?? ""}`;
