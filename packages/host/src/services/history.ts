import { quantile } from "../durations.ts";
import type { Dispatcher } from "../runtime/dispatcher.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import {
  type HistoryStore,
  type HostQuarter,
  type InstanceQuarter,
  QUARTER_MS,
  together,
} from "../store/history.ts";
import type { InstanceStore } from "../store/instances.ts";
import { type CpuReading, readCpu } from "./usage.ts";

/** A row of steps of equal length; the last one is under way. */
export interface Steps {
  /** The begin of the first one, in milliseconds since 1970. */
  from: number;
  stepMs: number;
}

/** What an instance did, step by step. */
export interface InstanceSeries {
  instanceId: string;
  received: number[];
  sent: number[];
  failed: number[];
  /** Within which 95 of 100 handlers ended, in milliseconds; `null` where none ran. */
  p95Ms: (number | null)[];
}

/** What the host used, step by step; `null` where it did not run. */
export interface HostSeries {
  /** Of one processor, 0 to 100 for each. */
  hostCpuPercent: (number | null)[];
  workersCpuPercent: (number | null)[];
  hostBytes: (number | null)[];
  workersBytes: (number | null)[];
}

/** What happened over time: the charts' numbers. */
export interface History {
  /** Of all instances to which something happened, and of the host. */
  overview(steps: Steps): {
    instances: InstanceSeries[];
    total: Omit<InstanceSeries, "instanceId">;
    host: HostSeries;
  };
  of(instanceId: string, steps: Steps): InstanceSeries;
  /** Writes what was counted since it was last written. */
  close(): void;
}

export interface HistoryOptions {
  store: HistoryStore;
  instances: Pick<InstanceStore, "list" | "get">;
  dispatcher: Pick<Dispatcher, "counts" | "durations">;
  supervisor: Pick<Supervisor, "stats" | "workers">;
  /** Told when it cannot be written; what was counted is kept, and written with the next. */
  onUnwritable: (error: unknown) => void;
  now?: () => number;
}

export const HISTORY_KEPT_MS = 7 * 24 * 60 * 60_000;
const EVERY_MS = 60_000;

type Reading = { received: number; sent: number; failed: number; durations: readonly number[] };
const NOTHING: Reading = { received: 0, sent: 0, failed: 0, durations: [] };

/**
 * Looks at the counters once a minute and writes what they grew by; what happened since then is read from them when
 * somebody asks. On the path of an event, it costs nothing.
 */
export function createHistory(options: HistoryOptions): History {
  const { store, instances, dispatcher, supervisor, onUnwritable, now = Date.now } = options;
  /** As the counters were when they were last written. */
  const written = new Map<string, Reading>();
  let host = readCpu(supervisor, now);
  const timer = setInterval(look, EVERY_MS).unref();

  function read(instanceId: string): Reading {
    const { received, failed } = dispatcher.counts(instanceId);
    let before = 0;
    const durations = dispatcher.durations(instanceId).buckets.map(({ count }) => {
      const own = count - before;
      before = count;
      return own;
    });
    return { received, failed, sent: supervisor.stats(instanceId).sent, durations };
  }

  /** What is not written yet; `null` where nothing happened. */
  function grown(instanceId: string): Omit<InstanceQuarter, "at"> | null {
    const reading = read(instanceId);
    const since = written.get(instanceId) ?? NOTHING;
    // Another instance may have got the name of one that was deleted.
    const base = since.received > reading.received ? NOTHING : since;
    const counts = {
      received: reading.received - base.received,
      sent: Math.max(0, reading.sent - base.sent),
      failed: Math.max(0, reading.failed - base.failed),
      durations: reading.durations.map((count, bucket) => Math.max(0, count - (base.durations[bucket] ?? 0))),
    };
    return counts.received + counts.sent + counts.failed === 0 && !counts.durations.some((count) => count > 0)
      ? null
      : { instanceId, ...counts };
  }

  /** What the host used since it was last looked at. */
  function hostGrown(reading: CpuReading): HostQuarter {
    return {
      at: quarterOf(reading.at),
      secondsSeen: Math.max(0, reading.at - host.at) / 1000,
      hostCpuMs: reading.cpuMs - host.cpuMs,
      workersCpuMs: [...reading.workers].reduce(
        (sum, [key, cpuMs]) => sum + cpuMs - (host.workers.get(key) ?? 0),
        0,
      ),
      hostBytes: process.memoryUsage.rss(),
      workersBytes: supervisor.workers().reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0),
    };
  }

  function look(): void {
    const at = quarterOf(now());
    const ids = new Set(instances.list().map(({ id }) => id));
    for (const id of written.keys()) if (!ids.has(id)) written.delete(id);
    const quarters = [...ids].flatMap((id) => grown(id) ?? []).map((counts) => ({ ...counts, at }));
    const reading = readCpu(supervisor, now);
    try {
      if (quarters.length > 0) store.add(quarters);
      for (const { instanceId } of quarters) written.set(instanceId, read(instanceId));
      // Once in a quarter: a host that sleeps is not to write each minute.
      if (quarterOf(reading.at) !== quarterOf(host.at)) keepHost(reading);
    } catch (error) {
      onUnwritable(error);
    }
  }

  function keepHost(reading: CpuReading): void {
    store.addHost({ ...hostGrown(reading), at: quarterOf(host.at) });
    host = reading;
  }

  function series(quarters: readonly Omit<InstanceQuarter, "instanceId">[], { from, stepMs }: Steps) {
    const length = stepsUntil(now(), { from, stepMs });
    const steps = Array.from({ length }, (): Reading => NOTHING);
    for (const { at, ...counts } of quarters) {
      const step = Math.floor((at - from) / stepMs);
      const found = steps[step];
      if (found) steps[step] = together(found, counts);
    }
    return {
      received: steps.map(({ received }) => received),
      sent: steps.map(({ sent }) => sent),
      failed: steps.map(({ failed }) => failed),
      p95Ms: steps.map(({ durations }) => quantile(durations, 0.95)),
    };
  }

  /** With what is not written yet. */
  function quartersOf(ids: readonly string[], from: number, only?: string): InstanceQuarter[] {
    const at = quarterOf(now());
    const fresh = ids.flatMap((id) => grown(id) ?? []).map((counts) => ({ ...counts, at }));
    return [...store.since(from, only), ...fresh];
  }

  return {
    overview(steps) {
      const ids = instances.list().map(({ id }) => id);
      const quarters = quartersOf(ids, steps.from);
      const byInstance = Map.groupBy(quarters, ({ instanceId }) => instanceId);
      return {
        instances: [...byInstance].map(([instanceId, own]) => ({ instanceId, ...series(own, steps) })),
        total: series(quarters, steps),
        host: hostSeries([...store.hostSince(steps.from), hostGrown(readCpu(supervisor, now))], steps, now()),
      };
    },
    of: (instanceId, steps) => ({
      instanceId,
      ...series(quartersOf([instanceId], steps.from, instanceId), steps),
    }),
    close() {
      clearInterval(timer);
      look();
      try {
        keepHost(readCpu(supervisor, now));
      } catch (error) {
        onUnwritable(error);
      }
    },
  };
}

/** The last so many steps, of which the newest is under way. */
export function lastSteps(hours: number, stepMs: number, now: number): Steps {
  const end = (Math.floor(now / stepMs) + 1) * stepMs;
  return { from: end - Math.ceil((hours * 60 * 60_000) / stepMs) * stepMs, stepMs };
}

const stepsUntil = (now: number, { from, stepMs }: Steps) => Math.floor((now - from) / stepMs) + 1;
const quarterOf = (at: number) => Math.floor(at / QUARTER_MS) * QUARTER_MS;

function hostSeries(quarters: readonly HostQuarter[], steps: Steps, now: number): HostSeries {
  const byStep = Map.groupBy(quarters, ({ at }) => Math.floor((at - steps.from) / steps.stepMs));
  const each = (read: (own: HostQuarter[]) => number | null) =>
    Array.from({ length: stepsUntil(now, steps) }, (_, step) => read(byStep.get(step) ?? []));
  const percent = (own: HostQuarter[], of: "hostCpuMs" | "workersCpuMs") => {
    const seconds = own.reduce((sum, quarter) => sum + quarter.secondsSeen, 0);
    return seconds === 0 ? null : own.reduce((sum, quarter) => sum + quarter[of], 0) / (seconds * 10);
  };
  return {
    hostCpuPercent: each((own) => percent(own, "hostCpuMs")),
    workersCpuPercent: each((own) => percent(own, "workersCpuMs")),
    hostBytes: each((own) => own.at(-1)?.hostBytes ?? null),
    workersBytes: each((own) => own.at(-1)?.workersBytes ?? null),
  };
}
