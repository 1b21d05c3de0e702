import type { Delivery, ErrorData, Outcome } from "@rookery/plugin-sdk/protocol";
import { type CountedDurations, createDurations, type Durations } from "../durations.ts";
import type { HostCall } from "../store/delivery-traces.ts";
import type { Inbox, InboxEntry } from "../store/inbox.ts";
import { createAcknowledgements } from "./acknowledgements.ts";
import { type DeliveryTally, NO_TALLY } from "./delivery-tally.ts";
import { attemptsOf, NO_TRACE, type TraceNotes } from "./delivery-trace.ts";
import { retryDelay } from "./retry-delay.ts";
import { createWaitingRooms, type WaitingRooms } from "./waiting-rooms.ts";

/** Where an instance's deliveries go to. */
export interface Runner {
  run(delivery: Delivery): void;
  abort(id: number, reason: string): void;
  /** Whether an event that waited on the disk is past the catch-up age. */
  isTooOld(entry: InboxEntry): boolean;
  /** The sender's display name, now or soon. */
  senderName(roomId: string, userId: string): string | null | Promise<string | null>;
}

/** A delivery that a handler is running for. */
export interface InFlight {
  readonly entry: InboxEntry;
  readonly since: number;
  /** Writes to Matrix so far; the next one's number. */
  writes: number;
  /** What it asked of the host, the first of it. */
  calls: HostCall[];
  callsLeftOut: number;
  /** How long what it sends has waited for previews that came too late, in milliseconds. */
  waitedForPreviews?: number;
}

export interface Dispatcher {
  /** Begins to hand an instance what is in its inbox, and what comes. `group` names its worker. */
  attach(instanceId: string, group: string, runner: Runner): void;
  /** Stops handing over; what is running is left to its end, or forgotten with `lost`. */
  detach(instanceId: string): void;
  /** Deliveries that are on disk now. */
  arrived(entries: readonly InboxEntry[]): void;
  settled(instanceId: string, outcome: Outcome): void;
  /**
   * The worker died: its running deliveries run again after the next `attach`, suspects alone.
   *
   * @param reason why, in a sentence: what is given up for it is told so
   * @returns whether one was given up for it, which the next worker need not meet
   */
  lost(instanceId: string, reason: string): boolean;
  running(instanceId: string, id: number): InFlight | undefined;
  /** All that runs of an instance. */
  allRunning(instanceId: string): InFlight[];
  /** The newest deliveries that are neither done nor running, of those with a smaller ID; the newest first. */
  waiting(instanceId: string, before: number, limit: number): InboxEntry[];
  /** Whether a delivery is neither done nor running. */
  isWaiting(instanceId: string, id: number): boolean;
  /** The events that were handed over since the host began, each once, and how many of them failed. */
  counts(instanceId: string): { received: number; failed: number };
  /** How long an instance's handlers took since the host began, those that failed or asked for later included. */
  durations(instanceId: string): CountedDurations;
  /** An instance that is gone: another one may get its name. */
  forget(instanceId: string): void;
  /** Hands over nothing more to the instance (or to any); resolves when nothing runs, or after the deadline. */
  drain(deadlineMs: number, instanceId?: string): Promise<void>;
  /** Writes pending acknowledgements and ends the timers. */
  close(): void;
}

export interface DispatcherOptions {
  inbox: Inbox;
  /** Told of each failure; what it gives is kept with the delivery. */
  onFailed: (entry: InboxEntry, error: ErrorData) => ErrorData;
  /** Told when acknowledgements cannot be written; they are kept, and tried again. */
  onUnwritable: (error: unknown) => void;
  /** Counts, while somebody looks. */
  tally?: DeliveryTally;
  /** Notes what became of each. */
  trace?: TraceNotes;
  now?: () => number;
  /** A handler that takes longer is given up, and its signal aborted. */
  handlerTimeoutMs?: number;
}

const MAX_IN_FLIGHT = 64;
const MAX_CRASHES = 3;
/** A handler that asks for "later" more often than this has failed. */
const MAX_ATTEMPTS = 100;
const TIMER_MAX_MS = 2 ** 31 - 1;
const HANDLER_TIMEOUT_MS = 10 * 60_000;

interface Group {
  running: number;
  /** A delivery that was there when a worker died runs with nothing beside it, so that the guilty one is found. */
  alone: boolean;
  /** The room whose suspect waits until nothing else runs; nothing new starts before it. */
  suspect: { lane: Lane; roomId: string } | null;
  lanes: Set<Lane>;
}

/** Kept across an instance's stops. */
interface Counter {
  received: number;
  failed: number;
  durations: Durations;
}

interface Lane {
  instanceId: string;
  counter: Counter;
  runner: Runner;
  group: Group;
  waiting: WaitingRooms;
  busyRooms: Set<string>;
  inFlight: Map<number, InFlight>;
  /** Nothing more is handed over. */
  draining: boolean;
  /** Deliveries that are to run later. */
  parked: Map<number, NodeJS.Timeout>;
}

/**
 * Takes deliveries from the inbox to the workers: order within a room, rooms side by side, a bounded
 * number at once for each instance, and a bounded window of them in memory.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { inbox, onFailed, onUnwritable, now = Date.now, handlerTimeoutMs = HANDLER_TIMEOUT_MS } = options;
  const { tally = NO_TALLY, trace = NO_TRACE } = options;
  const lanes = new Map<string, Lane>();
  const groups = new Map<string, Group>();
  const counters = new Map<string, Counter>();
  const idleWaiters = new Set<() => void>();
  const acknowledgements = createAcknowledgements(inbox, onUnwritable);
  const overdueTimer = setInterval(giveUpOverdue, Math.min(1_000, handlerTimeoutMs)).unref();

  function counterOf(instanceId: string): Counter {
    const found = counters.get(instanceId) ?? { received: 0, failed: 0, durations: createDurations() };
    counters.set(instanceId, found);
    return found;
  }

  /** Of what was read from the disk, what is to run now. */
  function admit(lane: Lane, entries: InboxEntry[]): InboxEntry[] {
    // Where acknowledgements could not be written, the disk still has what is over.
    const pending = acknowledgements.pending();
    return entries.filter((entry) => {
      const settled = pending.get(entry.id);
      if (settled && settled.retryAt === undefined) return false;
      const runAt = settled?.retryAt ?? entry.runAt;
      if (runAt > now()) park(lane, { ...entry, runAt });
      else if (isUntouched(entry) && lane.runner.isTooOld(entry)) {
        acknowledgements.add({ entry, skipped: true });
        trace.dropped(entry, "too-old");
      } else return true;
      return false;
    });
  }

  /** What asked to run later holds up nothing of its room, and comes first when its time is there. */
  function park(lane: Lane, entry: InboxEntry): void {
    const resume = () => {
      lane.parked.delete(entry.id);
      lane.waiting.putBack(entry);
      pump(lane);
    };
    const wait = Math.min(entry.runAt - now(), TIMER_MAX_MS);
    lane.parked.set(entry.id, setTimeout(resume, wait).unref());
  }

  function pump(lane: Lane): void {
    const { group } = lane;
    if (group.alone || lane.draining || (group.suspect && group.running > 0)) return;
    for (const roomId of lane.waiting.ids()) {
      if (lane.inFlight.size >= MAX_IN_FLIGHT) break;
      if (lane.busyRooms.has(roomId)) continue;
      const entry = lane.waiting.first(roomId);
      if (!entry) continue;
      if (entry.crashes > 0) {
        if (group.running > 0) {
          group.suspect = { lane, roomId };
          return;
        }
        group.alone = true;
      }
      startFirst(lane, roomId);
      if (group.alone) return;
    }
  }

  function startFirst(lane: Lane, roomId: string): void {
    const entry = lane.waiting.take(roomId);
    if (entry) start(lane, entry);
  }

  function start(lane: Lane, entry: InboxEntry): void {
    lane.busyRooms.add(entry.roomId);
    lane.group.running++;
    if (attemptsOf(entry) === 1) lane.counter.received++;
    lane.inFlight.set(entry.id, { entry, since: now(), writes: 0, calls: [], callsLeftOut: 0 });
    const { id, roomId, event, sender } = entry;
    const name = lane.runner.senderName(roomId, sender);
    if (name instanceof Promise) {
      void name.then((senderName) => {
        if (lane.inFlight.has(id)) lane.runner.run({ id, roomId, event, senderName });
      });
    } else {
      lane.runner.run({ id, roomId, event, senderName: name });
    }
  }

  function end(lane: Lane, id: number, error?: ErrorData, outcome?: Outcome): InFlight | undefined {
    const done = lane.inFlight.get(id);
    if (!done) return undefined;
    const { entry } = done;
    lane.inFlight.delete(id);
    lane.busyRooms.delete(entry.roomId);
    lane.group.running--;
    const at = now();
    lane.counter.durations.add(at - done.since);
    const retryIn = error && entry.attempts < MAX_ATTEMPTS ? retryDelay(error) : null;
    if (retryIn !== null) {
      const runAt = at + retryIn;
      acknowledgements.add({ entry, retryAt: runAt });
      park(lane, { ...entry, attempts: entry.attempts + 1, runAt });
    } else {
      if (error) lane.counter.failed++;
      if (tally.isOn) tally.ended(lane.instanceId, error !== undefined);
      const failed = error && { error: onFailed(entry, error), at };
      acknowledgements.add(failed ? { entry, failed } : { entry });
      trace.ended(done, { ran: outcome?.ran, told: outcome?.told, error: failed?.error, at });
    }
    for (const wake of idleWaiters) wake();
    return done;
  }

  function finish(lane: Lane, id: number, error?: ErrorData, outcome?: Outcome): void {
    if (!end(lane, id, error, outcome)) return;
    const { group } = lane;
    if (group.alone || (group.suspect && group.running === 0)) goOn(group);
    else pump(lane);
  }

  /** Nothing runs in the group, or nobody waits to be alone in it: a waiting suspect is first, else everybody. */
  function goOn(group: Group): void {
    const { suspect } = group;
    group.suspect = null;
    group.alone = suspect !== null && !suspect.lane.draining;
    if (suspect && group.alone) startFirst(suspect.lane, suspect.roomId);
    for (const lane of group.lanes) pump(lane);
  }

  function giveUpOverdue(): void {
    for (const lane of lanes.values()) {
      for (const [id, { since }] of lane.inFlight) {
        if (now() - since < handlerTimeoutMs) continue;
        const message = `The handler did not end within ${Math.round(handlerTimeoutMs / 1000)} s.`;
        lane.runner.abort(id, message);
        finish(lane, id, { code: "DEADLINE", message });
      }
    }
  }

  function release(lane: Lane): void {
    lanes.delete(lane.instanceId);
    lane.group.lanes.delete(lane);
    if (lane.group.suspect?.lane === lane) lane.group.suspect = null;
    lane.group.running -= lane.inFlight.size;
    lane.inFlight.clear();
    for (const timer of lane.parked.values()) clearTimeout(timer);
    for (const wake of idleWaiters) wake();
  }

  return {
    attach(instanceId, groupName, runner) {
      // What was just acknowledged must not be read from the disk again.
      acknowledgements.flush();
      const group = groups.get(groupName) ?? { running: 0, alone: false, suspect: null, lanes: new Set() };
      groups.set(groupName, group);
      const lane: Lane = {
        instanceId,
        counter: counterOf(instanceId),
        runner,
        group,
        waiting: createWaitingRooms({
          roomIds: inbox.rooms(instanceId),
          page: (roomId, afterId, limit) => inbox.page(instanceId, roomId, afterId, limit),
          admit: (entries) => admit(lane, entries),
        }),
        busyRooms: new Set(),
        inFlight: new Map(),
        draining: false,
        parked: new Map(),
      };
      lanes.set(instanceId, lane);
      group.lanes.add(lane);
      pump(lane);
    },

    detach(instanceId) {
      const lane = lanes.get(instanceId);
      if (!lane) return;
      release(lane);
      const { group } = lane;
      if (group.running === 0 || !(group.alone || group.suspect)) goOn(group);
    },

    arrived(entries) {
      if (tally.isOn) for (const { instanceId } of entries) tally.arrived(instanceId);
      const touched = new Set<Lane>();
      for (const entry of entries) {
        const lane = lanes.get(entry.instanceId);
        if (!lane) continue;
        lane.waiting.add(entry);
        touched.add(lane);
      }
      for (const lane of touched) pump(lane);
    },

    settled(instanceId, outcome) {
      const lane = lanes.get(instanceId);
      if (!lane) return;
      if (outcome.status === "done") return finish(lane, outcome.id, undefined, outcome);
      const { error = { code: "ERROR", message: "The handler failed." } } = outcome;
      finish(lane, outcome.id, error, outcome);
    },

    lost(instanceId, reason) {
      const lane = lanes.get(instanceId);
      if (!lane) return false;
      const running = [...lane.inFlight.values()].map(({ entry }) => entry);
      try {
        inbox.addCrash(running);
      } catch (error) {
        onUnwritable(error);
      }
      const guilty = running.filter(({ crashes }) => crashes + 1 >= MAX_CRASHES);
      for (const entry of guilty) {
        const message = `The worker ended ${MAX_CRASHES} times while this event was handled; the last time: ${reason}`;
        end(lane, entry.id, { code: "WORKER_LOST", message });
      }
      acknowledgements.flush();
      release(lane);
      // The whole group is lost with its worker, so nothing of it is to be pumped.
      if (lane.group.running === 0) lane.group.alone = false;
      return guilty.length > 0;
    },

    running: (instanceId, id) => lanes.get(instanceId)?.inFlight.get(id),
    allRunning: (instanceId) => [...(lanes.get(instanceId)?.inFlight.values() ?? [])],
    waiting(instanceId, before, limit) {
      acknowledgements.flush();
      const running = lanes.get(instanceId)?.inFlight;
      // What could not be acknowledged is over all the same.
      const over = acknowledgements.pending();
      const busy = (running?.size ?? 0) + over.size;
      return inbox
        .newest(instanceId, before, limit + busy)
        .filter(({ id }) => !running?.has(id) && (!over.has(id) || over.get(id)?.retryAt !== undefined))
        .slice(0, limit);
    },
    isWaiting(instanceId, id) {
      if (lanes.get(instanceId)?.inFlight.has(id)) return false;
      // What was just acknowledged is still on the disk.
      acknowledgements.flush();
      return inbox.has(instanceId, id);
    },
    counts(instanceId) {
      const { received = 0, failed = 0 } = counters.get(instanceId) ?? {};
      return { received, failed };
    },
    durations: (instanceId) => (counters.get(instanceId)?.durations ?? createDurations()).read(),
    forget: (instanceId) => void counters.delete(instanceId),

    async drain(deadlineMs, instanceId) {
      const drained = [...lanes.values()].filter(
        (lane) => (instanceId ?? lane.instanceId) === lane.instanceId,
      );
      for (const lane of drained) lane.draining = true;
      const busy = () => drained.some((lane) => lane.inFlight.size > 0);
      if (!busy()) return;
      await new Promise<void>((resolve) => {
        const wake = () => {
          if (!busy()) end();
        };
        const timer = setTimeout(end, deadlineMs);
        function end(): void {
          clearTimeout(timer);
          idleWaiters.delete(wake);
          resolve();
        }
        idleWaiters.add(wake);
      });
    },

    close() {
      clearInterval(overdueTimer);
      acknowledgements.flush();
    },
  };
}

/** Whether an entry never ran, nor was asked for by hand. */
function isUntouched({ crashes, attempts, run }: InboxEntry): boolean {
  return crashes === 0 && attempts === 0 && run === 0;
}
