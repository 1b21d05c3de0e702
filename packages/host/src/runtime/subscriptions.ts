import { createMatcher, type Subscriptions } from "@rookery/plugin-sdk/protocol";
import type { RoomEvent, SyncBatch } from "../matrix/sync-response.ts";
import type { NewDelivery } from "../store/inbox.ts";

/** Which instances want which events of an account. */
export interface SubscriptionTable {
  set(instanceId: string, accountId: string, subscriptions: Subscriptions): void;
  remove(instanceId: string): void;
  /** The deliveries a batch means, in the batch's order. Events of `ignore` reach nobody. */
  match(accountId: string, batch: SyncBatch, ignore: (userId: string) => boolean): NewDelivery[];
}

/**
 * Matches events before anything is stored or crosses to a worker: most of what happens in a room
 * is no bot's business, and costs next to nothing here.
 */
export function createSubscriptionTable(): SubscriptionTable {
  const byAccount = new Map<string, Map<string, (event: RoomEvent) => boolean>>();

  return {
    set(instanceId, accountId, subscriptions) {
      const instances = byAccount.get(accountId) ?? new Map<string, (event: RoomEvent) => boolean>();
      byAccount.set(accountId, instances);
      instances.set(instanceId, createMatcher(subscriptions));
    },

    remove(instanceId) {
      for (const instances of byAccount.values()) instances.delete(instanceId);
    },

    match(accountId, batch, ignore) {
      const deliveries: NewDelivery[] = [];
      const instances = byAccount.get(accountId);
      if (!instances || instances.size === 0) return deliveries;
      for (const { roomId, events } of batch.timeline) {
        for (const event of events) {
          if (ignore(event.sender)) continue;
          let json: string | undefined;
          for (const [instanceId, wants] of instances) {
            if (!wants(event)) continue;
            json ??= JSON.stringify(event);
            deliveries.push({
              instanceId,
              roomId,
              eventId: event.event_id,
              sender: event.sender,
              event: json,
            });
          }
        }
      }
      return deliveries;
    },
  };
}
