import type { Delivery, ErrorData, Outcome } from "@rookery/plugin-sdk/protocol";
import type { Inbox, InboxEntry, Settled } from "../store/inbox.ts";
import { retryDelay } from "./retry-delay.ts";

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
  /**
   * The worker died: its running deliveries run again after the next `attach`, suspects alone.
   *
   * @returns whether one was given up for it, which the next worker need not meet
   */
  lost(instanceId: string): boolean;
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
  /** Told when acknowledgements cannot be written; they are kept, and tried again. */
  onUnwritable: (error: unknown) => void;
  now?: () => number;
  /** A handler that takes longer is given up, and its signal aborted. */
  handlerTimeoutMs?: number;
}

const MAX_IN_FLIGHT = 64;
/** Entries of one instance in memory, and of one room; the rest waits on the disk. */
const WINDOW = 1_000;
const ROOM_WINDOW = 32;
/** Acknowledgements are grouped: one transaction for all that end within this time. */
const ACK_DELAY_MS = 5;
const UNWRITABLE_RETRY_MS = 1_000;
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

/** What waits of a room: its next entries, and whether the disk has more. */
interface Room {
  entries: InboxEntry[];
  lastId: number;
  behind: boolean;
}

interface Lane {
  instanceId: string;
  runner: Runner;
  group: Group;
  /** Rooms with something waiting; the one that was served longest ago is first. */
  rooms: Map<string, Room>;
  busyRooms: Set<string>;
  inFlight: Map<number, InFlight>;
  /** The newest entry that was seen. */
  newestId: number;
  /** Entries in memory that are not in flight. */
  waiting: number;
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

  /** Reads a room's next entries from the disk. */
  function load(lane: Lane, roomId: string, room: Room): void {
    const entries = inbox.page(lane.instanceId, roomId, room.lastId, ROOM_WINDOW);
    room.behind = entries.length === ROOM_WINDOW;
    // Where acknowledgements could not be written, the disk still has what is over.
    const unwritten = new Map(settledNow.map((settled) => [settled.entry.id, settled]));
    for (const entry of entries) {
      room.lastId = entry.id;
      lane.newestId = Math.max(lane.newestId, entry.id);
      const settled = unwritten.get(entry.id);
      if (settled && settled.retryAt === undefined) continue;
      const runAt = settled?.retryAt ?? entry.runAt;
      if (runAt > now()) park(lane, { ...entry, runAt });
      else if (isUntouched(entry) && lane.runner.isTooOld(entry)) acknowledge({ entry, skipped: true });
      else hold(lane, room, entry);
    }
  }

  function hold(lane: Lane, room: Room, entry: InboxEntry): void {
    lane.waiting++;
    room.entries.push(entry);
  }

  /** A room that is not known has nothing waiting: all of it up to the newest entry runs, is parked, or is over. */
  function roomOf(lane: Lane, roomId: string): Room {
    const found = lane.rooms.get(roomId) ?? { entries: [], lastId: lane.newestId, behind: false };
    lane.rooms.set(roomId, found);
    return found;
  }

  /** What asked to run later holds up nothing of its room, and comes first when its time is there. */
  function park(lane: Lane, entry: InboxEntry): void {
    const resume = () => {
      lane.parked.delete(entry.id);
      lane.waiting++;
      roomOf(lane, entry.roomId).entries.unshift(entry);
      pump(lane);
    };
    const wait = Math.min(entry.runAt - now(), TIMER_MAX_MS);
    lane.parked.set(entry.id, setTimeout(resume, wait).unref());
  }

  function pump(lane: Lane): void {
    const { group } = lane;
    if (group.alone || lane.draining || (group.suspect && group.running > 0)) return;
    for (const [roomId, room] of lane.rooms) {
      if (lane.inFlight.size >= MAX_IN_FLIGHT) break;
      if (lane.busyRooms.has(roomId)) continue;
      const entry = next(lane, roomId, room);
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

  /** A room's first entry, from the disk if need be; a room without any is forgotten. */
  function next(lane: Lane, roomId: string, room: Room): InboxEntry | undefined {
    while (room.entries.length === 0 && room.behind) load(lane, roomId, room);
    const [entry] = room.entries;
    if (!entry) lane.rooms.delete(roomId);
    return entry;
  }

  function startFirst(lane: Lane, roomId: string): void {
    const room = lane.rooms.get(roomId);
    const entry = room && next(lane, roomId, room);
    if (!room || !entry) return;
    room.entries.shift();
    // Served last now; a room with nothing more is forgotten.
    lane.rooms.delete(roomId);
    if (room.entries.length > 0 || room.behind) lane.rooms.set(roomId, room);
    start(lane, entry);
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
      park(lane, { ...entry, attempts: entry.attempts + 1, runAt });
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
    try {
      inbox.settle(settledNow);
      settledNow = [];
    } catch (error) {
      // What ran stays in memory as acknowledged, so that it does not run again while there is no room.
      onUnwritable(error);
      ackTimer = setTimeout(flush, UNWRITABLE_RETRY_MS);
    }
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
        newestId: 0,
        waiting: 0,
        draining: false,
        parked: new Map(),
      };
      lanes.set(instanceId, lane);
      group.lanes.add(lane);
      for (const roomId of inbox.rooms(instanceId))
        lane.rooms.set(roomId, { entries: [], lastId: 0, behind: true });
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
        const room = roomOf(lane, entry.roomId);
        const isFull = lane.waiting >= WINDOW || room.entries.length >= ROOM_WINDOW;
        if (room.behind || isFull) {
          room.behind = true;
        } else {
          room.lastId = entry.id;
          hold(lane, room, entry);
        }
        lane.newestId = entry.id;
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
      if (!lane) return false;
      const running = [...lane.inFlight.values()].map(({ entry }) => entry);
      try {
        inbox.addCrash(running);
      } catch (error) {
        onUnwritable(error);
      }
      const guilty = running.filter(({ crashes }) => crashes + 1 >= MAX_CRASHES);
      for (const entry of guilty) {
        const message = `The worker ended ${MAX_CRASHES} times while this event was handled.`;
        end(lane, entry.id, { code: "WORKER_LOST", message });
      }
      flush();
      release(lane);
      // The whole group is lost with its worker, so nothing of it is to be pumped.
      if (lane.group.running === 0) lane.group.alone = false;
      return guilty.length > 0;
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

/** Whether an entry never ran, nor was asked for by hand. */
function isUntouched({ crashes, attempts, run }: InboxEntry): boolean {
  return crashes === 0 && attempts === 0 && run === 0;
}
