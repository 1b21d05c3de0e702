import type { Delivery, ErrorData, Outcome } from "@rookery/plugin-sdk/protocol";
import type { Inbox, InboxEntry, Settled } from "../store/inbox.ts";

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
}

export interface Dispatcher {
  /** Begins to hand an instance what is in its inbox, and what comes. `group` names its worker. */
  attach(instanceId: string, group: string, runner: Runner): void;
  /** Stops handing over; what is running is left to its end, or forgotten with `lost`. */
  detach(instanceId: string): void;
  /** Deliveries that are on disk now. */
  arrived(entries: readonly InboxEntry[]): void;
  settled(instanceId: string, outcome: Outcome): void;
  /** The worker died: its running deliveries run again after the next `attach`, suspects alone. */
  lost(instanceId: string): void;
  running(instanceId: string, id: number): InFlight | undefined;
  /** Whether a delivery is neither done nor running. */
  isWaiting(instanceId: string, id: number): boolean;
  counts(instanceId: string): { received: number; failed: number };
  /** Hands over nothing more to the instance (or to any); resolves when nothing runs, or after the deadline. */
  drain(deadlineMs: number, instanceId?: string): Promise<void>;
  /** Writes pending acknowledgements and ends the timers. */
  close(): void;
}

export interface DispatcherOptions {
  inbox: Inbox;
  /** Told of each failure; what it gives is kept with the delivery. */
  onFailed: (entry: InboxEntry, error: ErrorData) => ErrorData;
  now?: () => number;
  /** A handler that takes longer is given up, and its signal aborted. */
  handlerTimeoutMs?: number;
}

const MAX_IN_FLIGHT = 64;
/** Entries of one instance in memory; the rest waits on disk. */
const WINDOW = 1_000;
/** Acknowledgements are grouped: one transaction for all that end within this time. */
const ACK_DELAY_MS = 5;
const MAX_CRASHES = 3;
/** A handler that asks for "later" more often than this has failed. */
const MAX_ATTEMPTS = 100;
const LONGEST_RETRY_S = 24 * 60 * 60;
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

interface Lane {
  instanceId: string;
  runner: Runner;
  group: Group;
  /** Waiting entries by room, rooms in the order in which they became ready. */
  rooms: Map<string, InboxEntry[]>;
  busyRooms: Set<string>;
  inFlight: Map<number, InFlight>;
  waiting: number;
  lastId: number;
  /** There is more on disk than in memory. */
  behind: boolean;
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
  const { inbox, onFailed, now = Date.now, handlerTimeoutMs = HANDLER_TIMEOUT_MS } = options;
  const lanes = new Map<string, Lane>();
  const groups = new Map<string, Group>();
  const counters = new Map<string, { received: number; failed: number }>();
  const idleWaiters = new Set<() => void>();
  let settledNow: Settled[] = [];
  let ackTimer: NodeJS.Timeout | undefined;
  const overdueTimer = setInterval(giveUpOverdue, Math.min(1_000, handlerTimeoutMs)).unref();

  function counter(instanceId: string) {
    const found = counters.get(instanceId) ?? { received: 0, failed: 0 };
    counters.set(instanceId, found);
    return found;
  }

  function load(lane: Lane): void {
    const entries = inbox.page(lane.instanceId, lane.lastId, WINDOW - lane.waiting);
    lane.behind = entries.length === WINDOW - lane.waiting;
    for (const entry of entries) {
      if (entry.crashes === 0 && entry.attempts === 0 && entry.run === 0 && lane.runner.isTooOld(entry)) {
        lane.lastId = entry.id;
        acknowledge({ entry, skipped: true });
      } else {
        enqueue(lane, entry);
      }
    }
  }

  function enqueue(lane: Lane, entry: InboxEntry): void {
    lane.lastId = Math.max(lane.lastId, entry.id);
    lane.waiting++;
    const wait = entry.runAt - now();
    if (wait > 0) {
      park(lane, entry, wait);
      return;
    }
    const waiting = lane.rooms.get(entry.roomId);
    if (waiting) waiting.push(entry);
    else lane.rooms.set(entry.roomId, [entry]);
  }

  /** What asked to run later holds up nothing of its room, and comes first when its time is there. */
  function park(lane: Lane, entry: InboxEntry, wait: number): void {
    const resume = () => {
      lane.parked.delete(entry.id);
      const waiting = lane.rooms.get(entry.roomId);
      if (waiting) waiting.unshift(entry);
      else lane.rooms.set(entry.roomId, [entry]);
      pump(lane);
    };
    lane.parked.set(entry.id, setTimeout(resume, Math.min(wait, TIMER_MAX_MS)).unref());
  }

  function pump(lane: Lane): void {
    const { group } = lane;
    if (group.alone || lane.draining || (group.suspect && group.running > 0)) return;
    for (const [roomId, waiting] of lane.rooms) {
      if (lane.inFlight.size >= MAX_IN_FLIGHT) break;
      if (lane.busyRooms.has(roomId)) continue;
      const entry = waiting[0];
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
    if (lane.behind && lane.waiting < WINDOW / 2) {
      load(lane);
      pump(lane);
    }
  }

  function startFirst(lane: Lane, roomId: string): void {
    const waiting = lane.rooms.get(roomId);
    const entry = waiting?.shift();
    if (waiting?.length === 0) lane.rooms.delete(roomId);
    if (entry) start(lane, entry);
  }

  function start(lane: Lane, entry: InboxEntry): void {
    lane.waiting--;
    lane.busyRooms.add(entry.roomId);
    lane.group.running++;
    counter(lane.instanceId).received++;
    lane.inFlight.set(entry.id, { entry, since: now(), writes: 0 });
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

  function end(lane: Lane, id: number, error?: ErrorData): InFlight | undefined {
    const done = lane.inFlight.get(id);
    if (!done) return undefined;
    const { entry } = done;
    lane.inFlight.delete(id);
    lane.busyRooms.delete(entry.roomId);
    lane.group.running--;
    const retryIn = error && entry.attempts < MAX_ATTEMPTS ? retryDelay(error) : null;
    if (retryIn !== null) {
      const runAt = now() + retryIn;
      acknowledge({ entry, retryAt: runAt });
      enqueue(lane, { ...entry, attempts: entry.attempts + 1, runAt });
    } else {
      if (error) counter(lane.instanceId).failed++;
      acknowledge(error ? { entry, failed: { error: onFailed(entry, error), at: now() } } : { entry });
    }
    for (const wake of idleWaiters) wake();
    return done;
  }

  function finish(lane: Lane, id: number, error?: ErrorData): void {
    if (!end(lane, id, error)) return;
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

  function acknowledge(settled: Settled): void {
    settledNow.push(settled);
    ackTimer ??= setTimeout(flush, ACK_DELAY_MS);
  }

  function flush(): void {
    clearTimeout(ackTimer);
    ackTimer = undefined;
    if (settledNow.length === 0) return;
    const batch = settledNow;
    settledNow = [];
    inbox.settle(batch);
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
      flush();
      const group = groups.get(groupName) ?? { running: 0, alone: false, suspect: null, lanes: new Set() };
      groups.set(groupName, group);
      const lane: Lane = {
        instanceId,
        runner,
        group,
        rooms: new Map(),
        busyRooms: new Set(),
        inFlight: new Map(),
        waiting: 0,
        lastId: 0,
        behind: false,
        draining: false,
        parked: new Map(),
      };
      lanes.set(instanceId, lane);
      group.lanes.add(lane);
      load(lane);
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
      const touched = new Set<Lane>();
      for (const entry of entries) {
        const lane = lanes.get(entry.instanceId);
        if (!lane) continue;
        if (lane.behind || lane.waiting >= WINDOW) {
          lane.behind = true;
          continue;
        }
        enqueue(lane, entry);
        touched.add(lane);
      }
      for (const lane of touched) pump(lane);
    },

    settled(instanceId, outcome) {
      const lane = lanes.get(instanceId);
      if (!lane) return;
      if (outcome.status === "done") return finish(lane, outcome.id);
      finish(lane, outcome.id, outcome.error ?? { code: "ERROR", message: "The handler failed." });
    },

    lost(instanceId) {
      const lane = lanes.get(instanceId);
      if (!lane) return;
      const running = [...lane.inFlight.values()].map(({ entry }) => entry);
      inbox.addCrash(running);
      for (const entry of running) {
        if (entry.crashes + 1 < MAX_CRASHES) continue;
        const message = `The worker ended ${MAX_CRASHES} times while this event was handled.`;
        end(lane, entry.id, { code: "WORKER_LOST", message });
      }
      flush();
      release(lane);
      // The whole group is lost with its worker, so nothing of it is to be pumped.
      if (lane.group.running === 0) lane.group.alone = false;
    },

    running: (instanceId, id) => lanes.get(instanceId)?.inFlight.get(id),
    isWaiting(instanceId, id) {
      if (lanes.get(instanceId)?.inFlight.has(id)) return false;
      // What was just acknowledged is still on the disk.
      flush();
      return inbox.has(instanceId, id);
    },
    counts: (instanceId) => ({ ...counter(instanceId) }),

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
      flush();
    },
  };
}

/** What a handler's `RetryLater` asks for, in milliseconds; `null` for every other error. */
function retryDelay({ code, data }: ErrorData): number | null {
  if (code !== "RETRY_LATER") return null;
  const seconds = (data as { seconds?: unknown } | undefined)?.seconds;
  if (typeof seconds !== "number" || !(seconds >= 0)) return null;
  return Math.min(seconds, LONGEST_RETRY_S) * 1_000;
}
