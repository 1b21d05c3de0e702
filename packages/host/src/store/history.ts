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
  /** The most that was seen. */
  hostBytes: number;
  workersBytes: number;
  /** Of all instances together. */
  durations: readonly number[];
}

/** What an instance did in one of several steps of equal length. */
export type InstanceStep = Omit<InstanceQuarter, "at" | "durations"> & {
  /** Counted from the first one, 0. */
  step: number;
};

export const QUARTER_MS = 15 * 60_000;

/** When instances last said something, in milliseconds since 1970, by their IDs. */
export type LastAnswers = ReadonlyMap<string, number>;

export type HistoryStore = ReturnType<typeof createHistoryStore>;

/** Counts over time. What is added to a quarter that is there already adds up. */
export function createHistoryStore(db: Db) {
  type Row<Quarter> = Omit<Quarter, "durations"> & { durations: string };
  const columns = `instance_id AS "instanceId", at, received, sent, failed, durations`;
  const one = db.prepare<[string, number], Row<InstanceQuarter>>(
    `SELECT ${columns} FROM instance_history WHERE instance_id = ? AND at = ?`,
  );
  // What came to an end with its instance has nowhere to be kept.
  const put = db.prepare(
    `INSERT OR REPLACE INTO instance_history (instance_id, at, received, sent, failed, durations)
     SELECT id, ?, ?, ?, ?, ? FROM instance WHERE id = ?`,
  );
  const since = db.prepare<[string, number], Row<InstanceQuarter>>(
    `SELECT ${columns} FROM instance_history WHERE instance_id = ? AND at >= ? ORDER BY at`,
  );
  const steps = db.prepare<[{ from: number; stepMs: number }], InstanceStep>(
    // Numbers are bound as floating point ones: without the cast, a step could be the 23.25th.
    `SELECT instance_id AS "instanceId", CAST((at - @from) / @stepMs AS INTEGER) AS step,
       sum(received) AS received, sum(sent) AS sent, sum(failed) AS failed
     FROM instance_history WHERE at >= @from GROUP BY instance_id, step`,
  );
  const hostColumns = `at, seconds_seen AS "secondsSeen", host_cpu_ms AS "hostCpuMs",
    workers_cpu_ms AS "workersCpuMs", host_bytes AS "hostBytes", workers_bytes AS "workersBytes", durations`;
  const oneHost = db.prepare<[number], Row<HostQuarter>>(
    `SELECT ${hostColumns} FROM host_history WHERE at = ?`,
  );
  const putHost = db.prepare<[Row<HostQuarter>]>(
    `INSERT OR REPLACE INTO host_history
       (at, seconds_seen, host_cpu_ms, workers_cpu_ms, host_bytes, workers_bytes, durations)
     VALUES (@at, @secondsSeen, @hostCpuMs, @workersCpuMs, @hostBytes, @workersBytes, @durations)`,
  );
  const hostSince = db.prepare<[number], Row<HostQuarter>>(
    `SELECT ${hostColumns} FROM host_history WHERE at >= ? ORDER BY at`,
  );
  const putAnswer = db.prepare<[number, string]>("UPDATE instance SET last_answer_at = ? WHERE id = ?");
  const lastAnswer = db
    .prepare<[string], number | null>("SELECT last_answer_at FROM instance WHERE id = ?")
    .pluck();
  const forget = [
    db.prepare("DELETE FROM instance_history WHERE at < ?"),
    db.prepare("DELETE FROM host_history WHERE at < ?"),
  ];

  const toQuarter = <Quarter>(row: Row<Quarter>) =>
    ({ ...row, durations: JSON.parse(row.durations) }) as Quarter & { durations: readonly number[] };

  return {
    add: db.transaction((quarters: readonly InstanceQuarter[], host: HostQuarter, answers: LastAnswers) => {
      for (const [instanceId, at] of answers) putAnswer.run(at, instanceId);
      for (const { instanceId, at, ...more } of quarters) {
        const row = one.get(instanceId, at);
        const { received, sent, failed, durations } = row
          ? together(toQuarter<InstanceQuarter>(row), more)
          : more;
        put.run(at, received, sent, failed, JSON.stringify(durations), instanceId);
      }
      const row = oneHost.get(host.at);
      const all = row ? hostTogether(toQuarter<HostQuarter>(row), host) : host;
      putHost.run({ ...all, durations: JSON.stringify(all.durations) });
    }).immediate,
    /** When an instance last said something, as far as that was added; `null` where it never did. */
    lastAnswerAt: (instanceId: string) => lastAnswer.get(instanceId) ?? null,
    /** Of an instance, since a time; the oldest first. */
    since: (instanceId: string, from: number) => since.all(instanceId, from).map(toQuarter<InstanceQuarter>),
    /** Of all instances, by steps: hundreds of them have tens of thousands of quarters in a day. */
    steps: (from: number, stepMs: number) => steps.all({ from, stepMs }),
    hostSince: (from: number) => hostSince.all(from).map(toQuarter<HostQuarter>),
    forget(before: number) {
      for (const statement of forget) statement.run(before);
    },
  };
}

type Counts = Omit<InstanceQuarter, "instanceId" | "at">;

/** Both added up. */
export function together(one: Counts, other: Counts): Counts {
  return {
    received: one.received + other.received,
    sent: one.sent + other.sent,
    failed: one.failed + other.failed,
    durations: bucketsTogether(one.durations, other.durations),
  };
}

/** Two parts of the same quarter. */
export function hostTogether(one: HostQuarter, other: HostQuarter): HostQuarter {
  return {
    at: one.at,
    secondsSeen: one.secondsSeen + other.secondsSeen,
    hostCpuMs: one.hostCpuMs + other.hostCpuMs,
    workersCpuMs: one.workersCpuMs + other.workersCpuMs,
    hostBytes: Math.max(one.hostBytes, other.hostBytes),
    workersBytes: Math.max(one.workersBytes, other.workersBytes),
    durations: bucketsTogether(one.durations, other.durations),
  };
}

export function bucketsTogether(one: readonly number[], other: readonly number[]): readonly number[] {
  const [long, short] = one.length >= other.length ? [one, other] : [other, one];
  return long.map((count, bucket) => count + (short[bucket] ?? 0));
}
