import { createMatcher, type Subscriptions } from "@rookery/plugin-sdk/protocol";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { SkippedEvent, TraceReason } from "../store/delivery-traces.ts";
import type { NewDelivery } from "../store/inbox.ts";
import { NO_TRACE, type NoteSkipped, type TraceNotes } from "./delivery-trace.ts";

/** Which instances want which events of an account. */
export interface SubscriptionTable {
  /** @param catchUpMs what is older than this when it comes is skipped */
  set(instanceId: string, accountId: string, subscriptions: Subscriptions, catchUpMs: number): void;
  remove(instanceId: string): void;
  /** Events of other rooms do not reach it, whatever it wants; `null` for all rooms. */
  limit(instanceId: string, rooms: readonly string[] | null): void;
  /** Begins to collect what a batch of events means for the instances of an account. */
  match(accountId: string, ignore: (userId: string) => boolean): Matching;
}

/** What events mean, as far as they were added. */
export interface Matching {
  deliveries: NewDelivery[];
  /** Events that were too old, by instance. */
  skipped: Map<string, number>;
  add(roomId: string, event: RoomEvent): void;
}

interface Subscriber {
  wants: (event: RoomEvent) => boolean;
  prefix: string;
  note: NoteSkipped;
  catchUpMs: number;
  rooms: ReadonlySet<string> | null;
}

/**
 * Matches events before anything is stored or crosses to a worker: most of what happens in a room
 * is no bot's business, and costs next to nothing here.
 */
export function createSubscriptionTable(
  now: () => number = Date.now,
  trace: Pick<TraceNotes, "skippedBy" | "toSkipped"> = NO_TRACE,
): SubscriptionTable {
  const byAccount = new Map<string, Map<string, Subscriber>>();
  /** Also of instances that want nothing yet. */
  const limits = new Map<string, ReadonlySet<string>>();

  function remove(instanceId: string): void {
    for (const subscribers of byAccount.values()) subscribers.delete(instanceId);
  }

  return {
    remove,

    set(instanceId, accountId, subscriptions, catchUpMs) {
      remove(instanceId);
      const subscribers = byAccount.get(accountId) ?? new Map<string, Subscriber>();
      byAccount.set(accountId, subscribers);
      const rooms = limits.get(instanceId) ?? null;
      const { prefix } = subscriptions;
      const note = trace.skippedBy(instanceId);
      const wants = createMatcher(subscriptions);
      subscribers.set(instanceId, { wants, prefix, note, catchUpMs, rooms });
    },

    limit(instanceId, list) {
      const rooms = list && new Set(list);
      if (rooms) limits.set(instanceId, rooms);
      else limits.delete(instanceId);
      for (const subscribers of byAccount.values()) {
        const subscriber = subscribers.get(instanceId);
        if (subscriber) subscriber.rooms = rooms;
      }
    },

    match(accountId, ignore) {
      const deliveries: NewDelivery[] = [];
      const skipped = new Map<string, number>();
      const subscribers = byAccount.get(accountId);
      const time = now();

      function add(roomId: string, event: RoomEvent): void {
        if (!subscribers) return;
        let json: string | undefined;
        let noted: SkippedEvent | undefined;
        const isIgnored = ignore(event.sender);
        for (const [instanceId, subscriber] of subscribers) {
          const reason = isIgnored ? "own" : refusal(subscriber, roomId, event, time);
          if (reason !== null) {
            if (reason === "too-old") skipped.set(instanceId, (skipped.get(instanceId) ?? 0) + 1);
            if (noted?.reason !== reason) noted = trace.toSkipped(roomId, event, reason, time);
            subscriber.note(noted);
            continue;
          }
          json ??= JSON.stringify(event);
          const { event_id: eventId, sender } = event;
          deliveries.push({ instanceId, roomId, eventId, sender, event: json });
        }
      }
      return { deliveries, skipped, add };
    },
  };
}

/** Why an instance does not get an event; `null` where it does. */
function refusal(
  { rooms, wants, prefix, catchUpMs }: Subscriber,
  roomId: string,
  event: RoomEvent,
  now: number,
): TraceReason | null {
  if (rooms && !rooms.has(roomId)) return "room-off";
  if (!wants(event)) return whyUnwanted(event, prefix);
  return now - event.origin_server_ts > catchUpMs ? "too-old" : null;
}

/** What its author would tell by a look at it. Its words are kept nowhere. */
function whyUnwanted({ type, content }: RoomEvent, prefix: string): TraceReason {
  if (type === "m.room.encrypted") return "encrypted";
  if (type !== "m.room.message") return "no-handler";
  if (content.msgtype === "m.notice") return "notice";
  const relation = content["m.relates_to"] as { rel_type?: unknown } | null | undefined;
  if (relation?.rel_type === "m.replace") return "edit";
  const { body } = content;
  return typeof body === "string" && body.startsWith(prefix) ? "no-such-command" : "no-handler";
}
