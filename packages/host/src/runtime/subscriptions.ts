import { type Calling, createMatcher, type Subscriptions } from "@rookery/plugin-sdk/protocol";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { NewDelivery } from "../store/inbox.ts";

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
  catchUpMs: number;
  rooms: ReadonlySet<string> | null;
}

/**
 * Matches events before anything is stored or crosses to a worker: most of what happens in a room
 * is no bot's business, and costs next to nothing here.
 */
export function createSubscriptionTable(now: () => number = Date.now): SubscriptionTable {
  const byAccount = new Map<string, Map<string, Subscriber>>();
  /** Also of instances that want nothing yet. */
  const limits = new Map<string, ReadonlySet<string>>();

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
      subscribers.set(instanceId, { wants: createMatcher(subscriptions, calling), catchUpMs, rooms });
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
        if (!subscribers || ignore(event.sender)) return;
        let json: string | undefined;
        for (const [instanceId, { wants, catchUpMs, rooms }] of subscribers) {
          if (rooms && !rooms.has(roomId)) continue;
          if (!wants(event, roomId)) continue;
          if (time - event.origin_server_ts > catchUpMs) {
            skipped.set(instanceId, (skipped.get(instanceId) ?? 0) + 1);
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
