import { type ScheduleInfo, scheduleEvent, scheduleLane, scheduleOf } from "@rookery/plugin-sdk/protocol";
import type { InboxEntry } from "../store/inbox.ts";
import type { ScheduleProgress, ScheduleStore } from "../store/schedules.ts";
import type { CronTimes } from "./cron.ts";
import { readSchedules } from "./wanted-schedules.ts";

/** Runs what instances want to run by the clock: puts each run into the inbox, as a delivery like all others. */
export interface Schedules {
  /**
   * Begins with an instance's schedules. Of the runs that it missed, the newest of each is made up for.
   *
   * @param catchUpMs how late that may be, where the schedule itself does not say
   * @throws AppError `CONFIG_INVALID` that names the schedule
   */
  attach(instance: { id: string; userId: string }, wanted: readonly ScheduleInfo[], catchUpMs: number): void;
  /** Runs nothing more; what is due from here on is missed. */
  detach(instanceId: string): void;
  /** The operator wants no runs: what is due from here on is not missed. */
  forget(instanceId: string): void;
  /** How late a delivery may be where it is a schedule's run. */
  catchUpMs(instanceId: string, roomId: string): number | undefined;
  close(): void;
}

/** The time, and the one timer. */
export interface Clock {
  now(): number;
  /** @returns what cancels it */
  wait(ms: number, then: () => void): () => void;
}

export interface SchedulesOptions {
  store: ScheduleStore;
  /** Whether a delivery is neither done nor running. */
  isWaiting: (instanceId: string, id: number) => boolean;
  /** Deliveries that are on disk now. */
  onStored: (entries: InboxEntry[]) => void;
  onError: (message: string, error: unknown) => void;
  clock?: Clock;
}

/** However far the next run is, the clock is looked at this often: somebody may set it, or the machine sleep. */
const LOOK_MS = 60_000;
/** A run that is no later than this is on time, whatever the catch-up age. */
const ON_TIME_MS = 60_000;
/** After a failure to store a run. */
const RETRY_MS = 10_000;
/** A clock that was set back by less is waited for; by more, the time before was the wrong one. */
const SET_BACK_MS = 3 * 60 * 60_000;

interface Schedule extends ScheduleProgress {
  instance: { id: string; userId: string };
  name: string;
  times: CronTimes;
  catchUpMs: number;
  /** When it is to be looked at next. */
  next: number;
}

const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  wait(ms, then) {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
};

export function createSchedules(options: SchedulesOptions): Schedules {
  const { store, isWaiting, onStored, onError, clock = SYSTEM_CLOCK } = options;
  const attached = new Map<string, Schedule[]>();
  let cancel: (() => void) | undefined;
  let lookedAt = 0;
  let closed = false;

  function look(): void {
    const now = clock.now();
    const wasSetBack = now < lookedAt;
    lookedAt = now;
    const due: InboxEntry[] = [];
    for (const schedule of [...attached.values()].flat()) {
      if (schedule.next > now && !wasSetBack) continue;
      try {
        due.push(...advance(schedule, now));
      } catch (error) {
        schedule.next = now + RETRY_MS;
        onError(`The schedule "${schedule.name}" of ${schedule.instance.id} could not be stored.`, error);
      }
    }
    waitForNext();
    onStored(due);
  }

  /** Brings a schedule to the present: however many runs were due since, it is the newest that counts. */
  function advance(schedule: Schedule, now: number): InboxEntry[] {
    const { instance, name, times } = schedule;
    if (schedule.lastDue - now > SET_BACK_MS) schedule.lastDue = now;
    const dueAt = times.latest(now);
    let entries: InboxEntry[] = [];
    if (dueAt !== null && dueAt > schedule.lastDue) {
      if (isSkipped(schedule, now - dueAt)) store.skip(instance.id, name, dueAt);
      else entries = store.due(instance.id, name, dueAt, deliveryOf(schedule, dueAt));
      schedule.lastDue = dueAt;
      schedule.lastRun = entries[0]?.id ?? schedule.lastRun;
    }
    schedule.next = times.next(Math.max(now, schedule.lastDue)) ?? Infinity;
    return entries;
  }

  /** It is too late, or an earlier run still waits for its turn and stands for this one, too. */
  function isSkipped({ instance, catchUpMs, lastRun }: Schedule, lateMs: number): boolean {
    return lateMs > catchUpMs || (lastRun !== null && isWaiting(instance.id, lastRun));
  }

  function waitForNext(): void {
    cancel?.();
    cancel = undefined;
    if (closed || attached.size === 0) return;
    let next = Infinity;
    for (const schedules of attached.values()) for (const each of schedules) next = Math.min(next, each.next);
    cancel = clock.wait(Math.min(Math.max(next - clock.now(), 0), LOOK_MS), look);
  }

  return {
    attach(instance, wanted, catchUpMs) {
      const read = readSchedules(wanted);
      const progress = store.keep(instance.id, wanted, clock.now());
      const schedules = wanted.flatMap(({ name, catchUpSeconds }): Schedule[] => {
        const times = read.get(name);
        const known = progress.get(name);
        if (!times || !known) return [];
        const own = catchUpSeconds === null ? catchUpMs : catchUpSeconds * 1_000;
        return [{ ...{ instance, name, times, catchUpMs: Math.max(own, ON_TIME_MS), next: 0 }, ...known }];
      });
      if (schedules.length > 0) attached.set(instance.id, schedules);
      else attached.delete(instance.id);
      // Not at once: the runs of before come first, and the instance is just being attached.
      waitForNext();
    },

    detach(instanceId) {
      attached.delete(instanceId);
      waitForNext();
    },

    forget(instanceId) {
      attached.delete(instanceId);
      store.forget(instanceId);
    },

    catchUpMs(instanceId, roomId) {
      const name = scheduleOf(roomId);
      return attached.get(instanceId)?.find((schedule) => schedule.name === name)?.catchUpMs;
    },

    close() {
      closed = true;
      cancel?.();
    },
  };
}

function deliveryOf({ instance, name }: Schedule, dueAt: number) {
  const event = scheduleEvent(name, dueAt, instance.userId);
  return {
    instanceId: instance.id,
    roomId: scheduleLane(name),
    eventId: event.event_id,
    sender: event.sender,
    event: JSON.stringify(event),
  };
}
