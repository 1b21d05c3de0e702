import { quantile } from "../durations.ts";
import type { Dispatcher } from "../runtime/dispatcher.ts";
import type { Supervisor } from "../runtime/supervisor.ts";
import {
  bucketsTogether,
  type HistoryStore,
  type HostQuarter,
  type InstanceQuarter,
  QUARTER_MS,
} from "../store/history.ts";
import type { InstanceStore } from "../store/instances.ts";
import { type CpuReading, readCpu } from "./usage.ts";

/** A row of steps of equal length; the last one is under way. */
export interface Steps {
  /** The begin of the first one, in milliseconds since 1970. */
  from: number;
  stepMs: number;
}

/** Events, step by step. */
export interface EventSeries {
  received: number[];
  sent: number[];
  failed: number[];
}

/** Within which 95 of 100 handlers ended, in milliseconds, step by step; `null` where none ran. */
type P95 = { p95Ms: (number | null)[] };

/** What the host used, step by step; `null` where it did not run. */
export interface HostSeries {
  /** Of one processor, 0 to 100 for each. */
  hostCpuPercent: (number | null)[];
  workersCpuPercent: (number | null)[];
  hostBytes: (number | null)[];
  workersBytes: (number | null)[];
}

/** All instances to which something happened, together and each, and the host. */
export interface OverviewSeries {
  total: EventSeries & P95;
  instances: ({ instanceId: string } & EventSeries)[];
  host: HostSeries;
}

/** What happened over time: the charts' numbers. */
export interface History {
  overview(steps: Steps): OverviewSeries;
  of(instanceId: string, steps: Steps): EventSeries & P95;
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
/** Many may look at the overview at once. */
const CACHED_MS = 3_000;

type Reading = Pick<InstanceQuarter, "received" | "sent" | "failed" | "durations">;
const NOTHING: Reading = { received: 0, sent: 0, failed: 0, durations: [] };

/**
 * Looks at the counters once a minute and writes what they grew by; what happened since then is read from them when
 * somebody asks. On the path of an event, it costs nothing.
 */
export function createHistory(options: HistoryOptions): History {
  const { store, instances, dispatcher, supervisor, onUnwritable, now = Date.now } = options;
  /** As the counters were when they were last written. */
  const written = new Map<string, Reading>();
  const cached = new Map<string, { until: number; series: OverviewSeries }>();
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
    const isNothing = counts.received + counts.sent + counts.failed === 0;
    return isNothing && !counts.durations.some((count) => count > 0) ? null : { instanceId, ...counts };
  }

  function lastAnswers(ids: readonly string[]): Map<string, number> {
    return new Map(
      ids.flatMap((id) => {
        const { lastAt } = supervisor.stats(id);
        return lastAt === null ? [] : [[id, lastAt] as const];
      }),
    );
  }

  /** What the host used since it was last written. */
  function hostGrown(reading: CpuReading, fresh: readonly Pick<Reading, "durations">[]): HostQuarter {
    const workers = supervisor.workers();
    // A plugin that was installed anew begins with nothing.
    const sinceOf = (key: string, cpuMs: number) => {
      const before = host.workers.get(key) ?? 0;
      return cpuMs - (before > cpuMs ? 0 : before);
    };
    return {
      at: quarterOf(host.at),
      secondsSeen: Math.max(0, reading.at - host.at) / 1000,
      hostCpuMs: reading.cpuMs - host.cpuMs,
      workersCpuMs: [...reading.workers].reduce((sum, [key, cpuMs]) => sum + sinceOf(key, cpuMs), 0),
      hostBytes: process.memoryUsage.rss(),
      workersBytes: workers.reduce((sum, { residentBytes }) => sum + (residentBytes ?? 0), 0),
      durations: fresh.map(({ durations }) => durations).reduce(bucketsTogether, []),
    };
  }

  /** @param isLast whether it is the last time: what is known of the host is written, too */
  function look(isLast = false): void {
    // Whatever goes wrong here must not end the host.
    try {
      const ids = new Set(instances.list().map(({ id }) => id));
      for (const id of written.keys()) if (!ids.has(id)) written.delete(id);
      const fresh = [...ids].flatMap((id) => grown(id) ?? []);
      const reading = readCpu(supervisor, now);
      // A host that sleeps is not to write each minute.
      const isQuarterOver = quarterOf(reading.at) !== quarterOf(host.at);
      if (fresh.length === 0 && !isQuarterOver && !isLast) return;
      const at = quarterOf(reading.at);
      store.add(
        fresh.map((counts) => ({ ...counts, at })),
        hostGrown(reading, fresh),
        lastAnswers(fresh.map(({ instanceId }) => instanceId)),
      );
      for (const { instanceId } of fresh) written.set(instanceId, read(instanceId));
      host = reading;
    } catch (error) {
      onUnwritable(error);
    }
  }

  function overview(steps: Steps): OverviewSeries {
    const length = stepsUntil(now(), steps);
    const fresh = instances.list().flatMap(({ id }) => grown(id) ?? []);
    const rows = [
      ...store.steps(steps.from, steps.stepMs),
      ...fresh.map(({ durations: _, ...counts }) => ({ ...counts, step: length - 1 })),
    ];
    const quarters = [...store.hostSince(steps.from), hostGrown(readCpu(supervisor, now), fresh)];
    return {
      total: { ...eventSeries(rows, length), p95Ms: p95Of(quarters, steps, length) },
      instances: [...Map.groupBy(rows, ({ instanceId }) => instanceId)].map(([instanceId, own]) => ({
        instanceId,
        ...eventSeries(own, length),
      })),
      host: hostSeries(quarters, steps, length),
    };
  }

  return {
    overview(steps) {
      const key = `${steps.from} ${steps.stepMs}`;
      const found = cached.get(key);
      if (found && found.until > now()) return found.series;
      const series = overview(steps);
      for (const [old, { until }] of cached) if (until <= now()) cached.delete(old);
      cached.set(key, { until: now() + CACHED_MS, series });
      return series;
    },
    of(instanceId, steps) {
      const length = stepsUntil(now(), steps);
      const fresh = grown(instanceId);
      const quarters = [
        ...store.since(instanceId, steps.from),
        ...(fresh ? [{ ...fresh, at: quarterOf(now()) }] : []),
      ];
      const rows = quarters.map((quarter) => ({ ...quarter, step: stepOf(quarter.at, steps) }));
      return { ...eventSeries(rows, length), p95Ms: p95Of(quarters, steps, length) };
    },
    close() {
      clearInterval(timer);
      look(true);
    },
  };
}

/** The last so many steps, of which the newest is under way. */
export function lastSteps(hours: number, stepMs: number, now: number): Steps {
  const end = (Math.floor(now / stepMs) + 1) * stepMs;
  return { from: end - Math.ceil((hours * 60 * 60_000) / stepMs) * stepMs, stepMs };
}

const stepOf = (at: number, { from, stepMs }: Steps) => Math.floor((at - from) / stepMs);
const stepsUntil = (now: number, steps: Steps) => stepOf(now, steps) + 1;
const quarterOf = (at: number) => Math.floor(at / QUARTER_MS) * QUARTER_MS;

function eventSeries(
  rows: readonly (Omit<Reading, "durations"> & { step: number })[],
  length: number,
): EventSeries {
  const zeros = () => Array.from({ length }, () => 0);
  const series = { received: zeros(), sent: zeros(), failed: zeros() };
  for (const { step, received, sent, failed } of rows) {
    series.received[step] = (series.received[step] ?? 0) + received;
    series.sent[step] = (series.sent[step] ?? 0) + sent;
    series.failed[step] = (series.failed[step] ?? 0) + failed;
  }
  return series;
}

function p95Of(
  quarters: readonly Pick<InstanceQuarter, "at" | "durations">[],
  steps: Steps,
  length: number,
): (number | null)[] {
  const byStep = Map.groupBy(quarters, ({ at }) => stepOf(at, steps));
  return Array.from({ length }, (_, step) => {
    const durations = (byStep.get(step) ?? []).map((quarter) => quarter.durations);
    return quantile(durations.reduce(bucketsTogether, []), 0.95);
  });
}

function hostSeries(quarters: readonly HostQuarter[], steps: Steps, length: number): HostSeries {
  const byStep = Map.groupBy(quarters, ({ at }) => stepOf(at, steps));
  const each = (readOf: (own: HostQuarter[]) => number | null) =>
    Array.from({ length }, (_, step) => readOf(byStep.get(step) ?? []));
  const percent = (own: HostQuarter[], of: "hostCpuMs" | "workersCpuMs") => {
    const seconds = own.reduce((sum, quarter) => sum + quarter.secondsSeen, 0);
    return seconds === 0 ? null : own.reduce((sum, quarter) => sum + quarter[of], 0) / (seconds * 10);
  };
  const most = (own: HostQuarter[], of: "hostBytes" | "workersBytes") =>
    own.length === 0 ? null : Math.max(...own.map((quarter) => quarter[of]));
  return {
    hostCpuPercent: each((own) => percent(own, "hostCpuMs")),
    workersCpuPercent: each((own) => percent(own, "workersCpuMs")),
    hostBytes: each((own) => most(own, "hostBytes")),
    workersBytes: each((own) => most(own, "workersBytes")),
  };
}
