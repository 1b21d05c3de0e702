import type { Db } from "./database.ts";
import type { Inbox, InboxEntry, NewDelivery } from "./inbox.ts";

/** Requests on their way to the instances. */
export interface WebhookStore {
  /**
   * Puts a request into the inbox. When this returns, it outlives a power cut, too: unlike a
   * homeserver, its sender is not going to send it again once it is answered.
   *
   * @param once whether its event ID says that it is the same request when it comes again
   * @returns nothing where it came before
   */
  take(request: NewDelivery, once: boolean, now: number): InboxEntry[];
  /** What an instance has not handled yet: how many, and the bytes of their events. */
  waiting(instanceId: string): { count: number; bytes: number };
}

/** Senders try for up to three days. */
const REMEMBERED_MS = 3 * 24 * 60 * 60_000;
/** Of an instance; beyond it the oldest are forgotten. */
const REMEMBERED = 10_000;

/** Failed requests that are kept of an instance: anybody may send what makes a handler fail. */
const FAILED_KEPT = 100;

export function createWebhookStore(db: Db, inbox: Inbox): WebhookStore {
  const see = db.prepare("INSERT OR REPLACE INTO webhook_seen (instance_id, event_id, at) VALUES (?, ?, ?)");
  const seen = db.prepare("SELECT 1 FROM webhook_seen WHERE instance_id = ? AND event_id = ? AND at > ?");
  const forget = db.prepare(
    `DELETE FROM webhook_seen WHERE instance_id = @id AND at <= max(@before, coalesce(
       (SELECT at FROM webhook_seen WHERE instance_id = @id ORDER BY at DESC LIMIT 1 OFFSET ${REMEMBERED}), 0))`,
  );
  const waiting = db.prepare<[string], { count: number; bytes: number | null }>(
    `SELECT count(*) AS count, sum(octet_length(event)) AS bytes FROM inbox
     WHERE instance_id = ? AND room_id >= 'webhook:' AND room_id < 'webhook;'`,
  );
  const forgetFailed = db.prepare(
    `DELETE FROM failed_delivery WHERE instance_id = @id AND room_id LIKE 'webhook:%' AND id <=
       (SELECT id FROM failed_delivery WHERE instance_id = @id AND room_id LIKE 'webhook:%'
        ORDER BY id DESC LIMIT 1 OFFSET ${FAILED_KEPT})`,
  );

  function put(request: NewDelivery, once: boolean, now: number): InboxEntry[] {
    const { instanceId, eventId } = request;
    const before = now - REMEMBERED_MS;
    if (once && seen.get(instanceId, eventId, before)) return [];
    return inbox.add({ deliveries: [request], skipped: new Map() }, () => {
      if (once) {
        forget.run({ id: instanceId, before });
        see.run(instanceId, eventId, now);
      }
      forgetFailed.run({ id: instanceId });
    });
  }

  return {
    take(request, once, now) {
      db.pragma("synchronous = FULL");
      try {
        return put(request, once, now);
      } finally {
        db.pragma("synchronous = NORMAL");
      }
    },
    waiting(instanceId) {
      const { count, bytes } = waiting.get(instanceId) ?? { count: 0, bytes: 0 };
      return { count, bytes: bytes ?? 0 };
    },
  };
}
