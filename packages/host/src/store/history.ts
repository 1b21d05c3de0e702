import type { Db } from "./database.ts";

/** What an instance did in a quarter of an hour. */
export interface InstanceQuarter {
  instanceId: string;
  /** Its begin, in milliseconds since 1970. */
  at: number;
  received: number;
  sent: number;
  failed: number;
  /** How many handlers took how long, by the buckets of `durations.ts`. */
  durations: readonly number[];
}

/** What the host and its workers used in a quarter of an hour, as far as they were seen in it. */
export interface HostQuarter {
  at: number;
  secondsSeen: number;
  hostCpuMs: number;
  workersCpuMs: number;
  /** At its end. */
  hostBytes: number;
  workersBytes: number;
}

export const QUARTER_MS = 15 * 60_000;

export type HistoryStore = ReturnType<typeof createHistoryStore>;

/** Counts over time. What is added to a quarter that is there already adds up. */
export function createHistoryStore(db: Db) {
  type Row = Omit<InstanceQuarter, "durations"> & { durations: string };
  const columns = `instance_id AS "instanceId", at, received, sent, failed, durations`;
  const one = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM instance_history WHERE instance_id = ? AND at = ?`,
  );
  // What came to an end with its instance has nowhere to be kept.
  const put = db.prepare(
    `INSERT OR REPLACE INTO instance_history (instance_id, at, received, sent, failed, durations)
     SELECT id, ?, ?, ?, ?, ? FROM instance WHERE id = ?`,
  );
  const all = db.prepare<[number], Row>(`SELECT ${columns} FROM instance_history WHERE at >= ? ORDER BY at`);
  const ofInstance = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM instance_history WHERE instance_id = ? AND at >= ? ORDER BY at`,
  );
  const putHost = db.prepare<[HostQuarter]>(
    `INSERT INTO host_history (at, seconds_seen, host_cpu_ms, workers_cpu_ms, host_bytes, workers_bytes)
     VALUES (@at, @secondsSeen, @hostCpuMs, @workersCpuMs, @hostBytes, @workersBytes)
     ON CONFLICT (at) DO UPDATE SET
       seconds_seen = seconds_seen + excluded.seconds_seen,
       host_cpu_ms = host_cpu_ms + excluded.host_cpu_ms,
       workers_cpu_ms = workers_cpu_ms + excluded.workers_cpu_ms,
       host_bytes = excluded.host_bytes,
       workers_bytes = excluded.workers_bytes`,
  );
  const host = db.prepare<[number], HostQuarter>(
    `SELECT at, seconds_seen AS "secondsSeen", host_cpu_ms AS "hostCpuMs", workers_cpu_ms AS "workersCpuMs",
       host_bytes AS "hostBytes", workers_bytes AS "workersBytes"
     FROM host_history WHERE at >= ? ORDER BY at`,
  );
  const forget = [
    db.prepare("DELETE FROM instance_history WHERE at < ?"),
    db.prepare("DELETE FROM host_history WHERE at < ?"),
  ];

  const toQuarter = (row: Row): InstanceQuarter => ({ ...row, durations: JSON.parse(row.durations) });

  return {
    add: db.transaction((quarters: readonly InstanceQuarter[]) => {
      for (const { instanceId, at, ...more } of quarters) {
        const row = one.get(instanceId, at);
        const { received, sent, failed, durations } = row ? together(toQuarter(row), more) : more;
        put.run(at, received, sent, failed, JSON.stringify(durations), instanceId);
      }
    }).immediate,
    addHost: (quarter: HostQuarter) => void putHost.run(quarter),
    /** Of all instances, or of one, since a time; the oldest first. */
    since: (from: number, instanceId?: string) =>
      (instanceId === undefined ? all.all(from) : ofInstance.all(instanceId, from)).map(toQuarter),
    hostSince: (from: number) => host.all(from),
    forget(before: number) {
      for (const statement of forget) statement.run(before);
    },
  };
}

type Counts = Omit<InstanceQuarter, "instanceId" | "at">;

/** Both added up. */
export function together(one: Counts, other: Counts): Counts {
  const [long, short] =
    one.durations.length >= other.durations.length
      ? [one.durations, other.durations]
      : [other.durations, one.durations];
  return {
    received: one.received + other.received,
    sent: one.sent + other.sent,
    failed: one.failed + other.failed,
    durations: long.map((count, bucket) => count + (short[bucket] ?? 0)),
  };
}
