import {
  asksForHelp,
  type Caller,
  type Calling,
  type CommandInfo,
  createCaller,
  createMatcher,
  helpedElsewhere,
  prefixesOf,
  type Subscriptions,
} from "@rookery/plugin-sdk/protocol";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { SkippedEvent, TraceReason } from "../store/delivery-traces.ts";
import type { NewDelivery } from "../store/inbox.ts";
import { NO_TRACE, type NoteSkipped, type TraceNotes } from "./delivery-trace.ts";

/** Which instances want which events of an account. */
export interface SubscriptionTable {
  /**
   * @param catchUpMs what is older than this when it comes is skipped
   * @param calling how its account's bots are called, as the instance was told; what a worker says of it does not count
   */
  set(
    instanceId: string,
    accountId: string,
    subscriptions: Subscriptions,
    catchUpMs: number,
    calling?: Calling,
  ): void;
  remove(instanceId: string): void;
  /** Events of other rooms do not reach it, whatever it wants; `null` for all rooms. */
  limit(instanceId: string, rooms: readonly string[] | null): void;
  /** Whether an instance runs now. Of those that could answer `!help`, one that runs does. */
  setRunning(instanceId: string, isRunning: boolean): void;
  /** The commands of an account's instances that act in a room, in the order of their IDs. */
  commands(accountId: string, roomId: string): { instanceId: string; commands: readonly CommandInfo[] }[];
  /** How old an event may be and still be handled by one of an account's instances; 0 where it has none. */
  catchUpMs(accountId: string): number;
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
  wants: (event: RoomEvent, roomId: string) => boolean;
  /** Whether a text calls a command, of whatever name. */
  called: Caller;
  note: NoteSkipped;
  catchUpMs: number;
  rooms: ReadonlySet<string> | null;
  commands: readonly CommandInfo[];
  /** A command's usage as it is typed in a room. */
  usageIn: (roomId: string, usage: string) => string;
  asksForHelp: (event: RoomEvent, roomId: string) => boolean;
  /** Types of which it takes every event. */
  types: ReadonlySet<string>;
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
  const running = new Set<string>();

  function remove(instanceId: string): void {
    for (const subscribers of byAccount.values()) subscribers.delete(instanceId);
  }

  return {
    remove,

    set(instanceId, accountId, subscriptions, catchUpMs, calling) {
      remove(instanceId);
      const subscribers = byAccount.get(accountId) ?? new Map<string, Subscriber>();
      byAccount.set(accountId, subscribers);
      const rooms = limits.get(instanceId) ?? null;
      const { commands, types, prefix } = subscriptions;
      const how = calling ?? { prefix, roomPrefixes: {}, names: [] };
      const prefixIn = prefixesOf(how);
      subscribers.set(instanceId, {
        ...{ wants: createMatcher(subscriptions, how), catchUpMs, rooms },
        ...{ called: createCaller(how), note: trace.skippedBy(instanceId) },
        ...{ commands, asksForHelp: asksForHelp(subscriptions, how), types: new Set(types) },
        usageIn: (roomId, usage) => prefixIn(roomId) + usage.slice(prefix.length),
      });
    },

    setRunning(instanceId, isRunning) {
      if (isRunning) running.add(instanceId);
      else running.delete(instanceId);
    },

    commands: (accountId, roomId) =>
      [...(byAccount.get(accountId) ?? [])]
        .filter(([, { rooms }]) => rooms?.has(roomId) ?? true)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([instanceId, { commands, usageIn }]) => ({
          instanceId,
          commands: commands.map((command) => ({ ...command, usage: usageIn(roomId, command.usage) })),
        })),

    limit(instanceId, list) {
      const rooms = list && new Set(list);
      if (rooms) limits.set(instanceId, rooms);
      else limits.delete(instanceId);
      for (const subscribers of byAccount.values()) {
        const subscriber = subscribers.get(instanceId);
        if (subscriber) subscriber.rooms = rooms;
      }
    },

    catchUpMs: (accountId) =>
      [...(byAccount.get(accountId)?.values() ?? [])].reduce(
        (most, { catchUpMs }) => Math.max(most, catchUpMs),
        0,
      ),

    match(accountId, ignore) {
      const deliveries: NewDelivery[] = [];
      const skipped = new Map<string, number>();
      const subscribers = byAccount.get(accountId);
      const time = now();

      function add(roomId: string, event: RoomEvent): void {
        if (!subscribers) return;
        let json: string | undefined;
        let noted: SkippedEvent | undefined;
        let helpers: string[] | undefined;
        const isIgnored = ignore(event.sender);
        for (const [instanceId, subscriber] of subscribers) {
          // Of what other bots here say, only what it would have been given is of interest.
          const refused = refusal(subscriber, roomId, event, time);
          if (isIgnored && refused !== null) continue;
          const reason = isIgnored ? "own" : refused;
          if (reason !== null) {
            if (reason === "too-old") skipped.set(instanceId, (skipped.get(instanceId) ?? 0) + 1);
            if (noted?.reason !== reason) noted = trace.toSkipped(roomId, event, reason, time);
            subscriber.note(noted);
            continue;
          }
          if (subscriber.asksForHelp(event, roomId)) {
            helpers = [...(helpers ?? []), instanceId];
            continue;
          }
          json ??= JSON.stringify(event);
          push(instanceId, roomId, event, json);
        }
        if (helpers) addHelp(roomId, event, helpers.sort());
      }

      /** One instance answers for all. The others get the event only where they want all of its type. */
      function addHelp(roomId: string, event: RoomEvent, ids: string[]): void {
        const answering = ids.find((id) => running.has(id)) ?? ids[0];
        for (const id of ids) {
          if (id === answering) push(id, roomId, event, JSON.stringify(event));
          else if (subscribers?.get(id)?.types.has(event.type))
            push(id, roomId, event, JSON.stringify(helpedElsewhere(event)));
        }
      }

      function push(instanceId: string, roomId: string, event: RoomEvent, json: string): void {
        const { event_id: eventId, sender } = event;
        deliveries.push({ instanceId, roomId, eventId, sender, event: json });
      }
      return { deliveries, skipped, add };
    },
  };
}

/** Why an instance does not get an event; `null` where it does. */
function refusal(
  { rooms, wants, called, catchUpMs }: Subscriber,
  roomId: string,
  event: RoomEvent,
  now: number,
): TraceReason | null {
  if (rooms && !rooms.has(roomId)) return "room-off";
  if (!wants(event, roomId)) return whyUnwanted(event, (text) => called(text, roomId) !== null);
  return now - event.origin_server_ts > catchUpMs ? "too-old" : null;
}

/** What its author would tell by a look at it. Its words are kept nowhere. */
function whyUnwanted({ type, content }: RoomEvent, calls: (text: string) => boolean): TraceReason {
  if (type === "m.room.encrypted") return "encrypted";
  if (type !== "m.room.message") return "no-handler";
  if (content.msgtype === "m.notice") return "notice";
  const relation = content["m.relates_to"] as { rel_type?: unknown } | null | undefined;
  if (relation?.rel_type === "m.replace") return "edit";
  const { body } = content;
  return typeof body === "string" && calls(body) ? "no-such-command" : "no-handler";
}
