import type { ErrorData, Outcome } from "@rookery/plugin-sdk/protocol";
import type { RoomEvent } from "../matrix/sync-response.ts";
import {
  type DeliveryTraceStore,
  type HostCall,
  type SkippedEvent,
  TRACES_KEPT,
  type Traced,
  type TraceReason,
} from "../store/delivery-traces.ts";
import type { InboxEntry, NewDelivery } from "../store/inbox.ts";
import type { InFlight } from "./dispatcher.ts";

/** How a delivery came to its end. */
export interface End {
  ran: Outcome["ran"] | undefined;
  told: Outcome["told"] | undefined;
  error: ErrorData | undefined;
  at: number;
}

/** Takes note of an event that an instance is not given. What is written down of it, the instances share. */
export type NoteSkipped = (event: SkippedEvent) => void;

/** Notes what becomes of events. It is on the path of each: what is noted is written later, and the newest of it only. */
export interface TraceNotes {
  skippedBy(instanceId: string): NoteSkipped;
  /** What is noted of an event that is not for an instance. */
  toSkipped(roomId: string, event: RoomEvent, reason: TraceReason, at: number): SkippedEvent;
  /** Deliveries that were not stored, or waited too long. */
  dropped(delivery: NewDelivery, reason: TraceReason): void;
  ended(delivery: InFlight, end: End): void;
}

/** What became of the last events of each instance. */
export interface DeliveryTrace extends TraceNotes {
  /** The newest of those in one of the states with a smaller ID; the newest first. */
  list(instanceId: string, before: number, states: readonly Traced["state"][], limit: number): Traced[];
  get(instanceId: string, id: number): Traced | undefined;
  /** An instance that is gone: another one may get its name. */
  forget(instanceId: string): void;
  /** Writes what was noted. */
  close(): void;
}

/** Where nobody wants to know. */
export const NO_TRACE: TraceNotes = {
  skippedBy: () => () => undefined,
  toSkipped: (roomId, event, reason, at) => toSkipped(0, roomId, event, reason, at),
  dropped: () => undefined,
  ended: () => undefined,
};

/** Events without a handler that are kept of an instance, beside its deliveries. */
const SKIPPED_KEPT = 200;
const WRITE_ENDED_MS = 1_000;
const WRITE_SKIPPED_MS = 60_000;
/** Of an event. */
const HELD_CHARACTERS = 4_096;
const MAX_ID = 255;
/** Of handlers: how many of a delivery, and how long. */
const MAX_NAMES = 20;
const MAX_NAME = 200;
/** Of a delivery. */
const MAX_CALLS = 32;

interface Ended extends End {
  delivery: InFlight;
  head: Pick<Traced, "type" | "sentAt"> | null;
}

/** The last ones, in the order in which they came, the oldest overwritten. */
interface Ring {
  events: SkippedEvent[];
  /** Where the next one goes once it is full. */
  next: number;
  /** Differs from what is on the disk. */
  changed: boolean;
  put: NoteSkipped;
}

export function createDeliveryTrace({
  store,
  nextId,
  onUnwritable,
  now = Date.now,
}: {
  store: DeliveryTraceStore;
  /** An ID for what never gets one from the inbox, of the same row. */
  nextId: () => number;
  /** Told when they cannot be written; they are kept, and tried again. */
  onUnwritable: (error: unknown) => void;
  now?: () => number;
}): DeliveryTrace {
  const ended = new Map<string, Ended[]>();
  const rings = new Map<string, Ring>();
  let endedTimer: NodeJS.Timeout | undefined;
  let skippedTimer: NodeJS.Timeout | undefined;

  function ringOf(instanceId: string): Ring {
    const found = rings.get(instanceId);
    if (found) return found;
    const events = store.skipped(instanceId);
    const ring: Ring = { events, next: 0, changed: false, put: note };
    function note(event: SkippedEvent): void {
      if (events.length < SKIPPED_KEPT) events.push(event);
      else {
        events[ring.next] = event;
        ring.next = ring.next + 1 === SKIPPED_KEPT ? 0 : ring.next + 1;
      }
      if (ring.changed) return;
      ring.changed = true;
      skippedTimer ??= setTimeout(writeSkipped, WRITE_SKIPPED_MS).unref();
    }
    rings.set(instanceId, ring);
    return ring;
  }

  function writeEnded(): void {
    clearTimeout(endedTimer);
    endedTimer = undefined;
    if (ended.size === 0) return;
    const traces = new Map([...ended].map(([id, list]) => [id, list.slice(-TRACES_KEPT).map(toTraced)]));
    try {
      store.keep(traces);
      ended.clear();
    } catch (error) {
      onUnwritable(error);
      endedTimer = setTimeout(writeEnded, WRITE_ENDED_MS).unref();
    }
  }

  function writeSkipped(): void {
    clearTimeout(skippedTimer);
    skippedTimer = undefined;
    const changed = [...rings].filter(([, ring]) => ring.changed);
    if (changed.length === 0) return;
    try {
      store.keepSkipped(new Map(changed.map(([id, ring]) => [id, inOrder(ring)])));
      for (const [, ring] of changed) ring.changed = false;
    } catch (error) {
      onUnwritable(error);
      skippedTimer = setTimeout(writeSkipped, WRITE_SKIPPED_MS).unref();
    }
  }

  return {
    skippedBy: (instanceId) => ringOf(instanceId).put,
    toSkipped: (roomId, event, reason, at) => toSkipped(nextId(), roomId, event, reason, at),

    dropped({ instanceId, roomId, eventId, sender, event, ...more }, reason) {
      const { id = nextId() } = more as Partial<InboxEntry>;
      ringOf(instanceId).put({ id, eventId, roomId, sender, ...headOf(event), at: now(), reason });
    },

    ended(delivery, end) {
      const { instanceId } = delivery.entry;
      const list = ended.get(instanceId) ?? [];
      ended.set(instanceId, list);
      list.push({ ...end, ran: end.ran && shortNames(end.ran), ...held(delivery) });
      // What is cut off here would be cut off on the disk; so a flood costs no more than its last part.
      if (list.length >= 2 * TRACES_KEPT) list.splice(0, TRACES_KEPT);
      endedTimer ??= setTimeout(writeEnded, WRITE_ENDED_MS).unref();
    },

    list(instanceId, before, states, limit) {
      writeEnded();
      const skipped = states.includes("skipped")
        ? inOrder(ringOf(instanceId)).filter(({ id }) => id < before)
        : [];
      return [...store.page(instanceId, before, states, limit), ...skipped.map(ofSkipped)]
        .sort((one, other) => other.id - one.id)
        .slice(0, limit);
    },

    get(instanceId, id) {
      writeEnded();
      const skipped = ringOf(instanceId).events.find((event) => event.id === id);
      return skipped ? ofSkipped(skipped) : store.get(instanceId, id);
    },

    forget(instanceId) {
      ended.delete(instanceId);
      rings.delete(instanceId);
    },

    close() {
      writeEnded();
      writeSkipped();
      clearTimeout(endedTimer);
      clearTimeout(skippedTimer);
    },
  };
}

/** Begins to note a call of the host API; the caller notes its end on it. */
export function noteCall(delivery: InFlight, method: string): HostCall | undefined {
  if (delivery.calls.length >= MAX_CALLS) {
    delivery.callsLeftOut++;
    return undefined;
  }
  const call: HostCall = { method, afterMs: Date.now() - delivery.since, durationMs: null };
  delivery.calls.push(call);
  return call;
}

/** What a delivery that runs or waits has of a trace, too. */
export function headOf(event: string): Pick<Traced, "type" | "sentAt"> {
  const { type, origin_server_ts: sentAt } = JSON.parse(event) as Partial<RoomEvent>;
  return { type: type ?? "", sentAt: typeof sentAt === "number" ? sentAt : null };
}

/** How often a delivery that runs was handed over. */
export const attemptsOf = ({ attempts, crashes }: Pick<InboxEntry, "attempts" | "crashes">): number =>
  attempts + crashes + 1;

/** A large event is not held until it is written. */
function held(delivery: InFlight): Pick<Ended, "delivery" | "head"> {
  const { entry } = delivery;
  if (entry.event.length <= HELD_CHARACTERS) return { delivery, head: null };
  return { delivery: { ...delivery, entry: { ...entry, event: "" } }, head: headOf(entry.event) };
}

/** They come from the worker, and may be anything. */
function shortNames(ran: string[]): string[] {
  const [first = ""] = ran;
  if (ran.length <= 1 && first.length <= MAX_NAME) return ran;
  return ran.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME));
}

/** As long as the specification lets an ID be. */
const short = (id: string) => (id.length > MAX_ID ? id.slice(0, MAX_ID) : id);

const inOrder = ({ events, next }: Ring) => [...events.slice(next), ...events.slice(0, next)];

function toSkipped(
  id: number,
  roomId: string,
  { event_id: eventId, sender, type, origin_server_ts: sentAt }: RoomEvent,
  reason: TraceReason,
  at: number,
): SkippedEvent {
  return {
    ...{ id, eventId: short(eventId), roomId: short(roomId), sender: short(sender), type: short(type) },
    ...{ sentAt, at, reason },
  };
}

function toTraced({ delivery, head, ran = [], told, error, at }: Ended): Traced {
  const { entry, since, calls, callsLeftOut } = delivery;
  const { id, eventId, roomId, sender, event } = entry;
  return {
    ...{ id, state: error ? "failed" : "done", endedAt: at, eventId, roomId, sender },
    ...(head ?? headOf(event)),
    reason: told ?? (!error && ran.length === 0 ? "no-handler" : null),
    handlers: ran,
    ...{ startedAt: since, durationMs: at - since, attempts: attemptsOf(entry), calls, callsLeftOut },
    error: error ?? null,
  };
}

function ofSkipped({ at, ...event }: SkippedEvent): Traced {
  return {
    ...{ ...event, state: "skipped", endedAt: at, handlers: [], startedAt: null, durationMs: null },
    ...{ attempts: 0, calls: [], callsLeftOut: 0, error: null },
  };
}
