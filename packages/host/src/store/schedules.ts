import type { Db } from "./database.ts";
import type { Inbox, InboxEntry, NewDelivery } from "./inbox.ts";

/** How far a schedule has come. */
export interface ScheduleProgress {
  /** When it was due last, or was first seen: milliseconds since 1970. */
  lastDue: number;
  /** The inbox's ID of its newest run, be it done or not. */
  lastRun: number | null;
}

export interface ScheduleKey {
  name: string;
  cron: string;
  timeZone: string;
}

/** What is remembered of schedules while nobody runs them. */
export interface ScheduleStore {
  /** Keeps the progress of those that an instance still has. What is new or has changed starts from `now`. */
  keep(instanceId: string, wanted: readonly ScheduleKey[], now: number): Map<string, ScheduleProgress>;
  /** Stores a run together with the time for which it stands: both or neither. */
  due(instanceId: string, name: string, dueAt: number, run: NewDelivery): InboxEntry[];
  /** Passes over a run, and counts it. */
  skip(instanceId: string, name: string, dueAt: number): void;
  /** Forgets an instance's progress: what is due from here on is not missed. */
  forget(instanceId: string): void;
}

interface Row {
  name: string;
  cron: string;
  time_zone: string;
  last_due: number;
  last_run: number | null;
}

export function createScheduleStore(db: Db, inbox: Inbox): ScheduleStore {
  const all = db.prepare<[string], Row>(
    "SELECT name, cron, time_zone, last_due, last_run FROM schedule WHERE instance_id = ?",
  );
  const insert = db.prepare(
    "INSERT INTO schedule (instance_id, name, cron, time_zone, last_due) VALUES (?, ?, ?, ?, ?)",
  );
  const advance = db.prepare(
    "UPDATE schedule SET last_due = ?, last_run = coalesce(?, last_run) WHERE instance_id = ? AND name = ?",
  );
  const remove = db.prepare("DELETE FROM schedule WHERE instance_id = ? AND name = ?");
  const forget = db.prepare("DELETE FROM schedule WHERE instance_id = ?");

  return {
    keep: db.transaction((instanceId: string, wanted: readonly ScheduleKey[], now: number) => {
      const kept = new Map<string, ScheduleProgress>();
      for (const { name, cron, time_zone, last_due, last_run } of all.all(instanceId)) {
        const same = wanted.some(
          (each) => each.name === name && each.cron === cron && each.timeZone === time_zone,
        );
        if (same) kept.set(name, { lastDue: last_due, lastRun: last_run });
        else remove.run(instanceId, name);
      }
      for (const { name, cron, timeZone } of wanted) {
        if (kept.has(name)) continue;
        insert.run(instanceId, name, cron, timeZone, now);
        kept.set(name, { lastDue: now, lastRun: null });
      }
      return kept;
    }).immediate,

    due: (instanceId, name, dueAt, run) =>
      inbox.add({ deliveries: [run], skipped: new Map() }, ([entry]) =>
        advance.run(dueAt, entry?.id ?? null, instanceId, name),
      ),

    skip(instanceId, name, dueAt) {
      inbox.add({ deliveries: [], skipped: new Map([[instanceId, 1]]) }, () =>
        advance.run(dueAt, null, instanceId, name),
      );
    },

    forget: (instanceId) => void forget.run(instanceId),
  };
}
