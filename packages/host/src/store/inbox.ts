import type { ErrorData } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";

/** One event for one instance, before it has an ID. */
export interface NewDelivery {
  instanceId: string;
  roomId: string;
  eventId: string;
  sender: string;
  /** The event's JSON text. */
  event: string;
}

/** One delivery, until it is acknowledged. IDs grow in the order in which events came. */
export interface InboxEntry extends NewDelivery {
  id: number;
  /** Workers that died while it ran. */
  crashes: number;
}

/**
 * What is on its way to the instances. Narrow on purpose: another engine could stand behind it
 * (docs/architecture.md, "Beyond one machine").
 */
export interface Inbox {
  /** Stores what a sync brought together with its token: both or neither. */
  append(accountId: string, syncToken: string, deliveries: NewDelivery[]): InboxEntry[];
  /** The entries of an instance after an ID, oldest first. */
  page(instanceId: string, afterId: number, limit: number): InboxEntry[];
  /** How many entries an instance has. */
  count(instanceId: string): number;
  /** Ends deliveries: acknowledged ones are dropped, failed ones are kept with their error. */
  settle(done: Settled[]): void;
  /** Counts a worker's death against the deliveries that were running. */
  addCrash(entries: readonly InboxEntry[]): void;
}

export interface Settled {
  entry: InboxEntry;
  failed?: { error: ErrorData; at: number };
}

export function createInbox(db: Db): Inbox {
  const insert = db.prepare("INSERT INTO inbox (instance_id, id, room_id, event) VALUES (?, ?, ?, ?)");
  const setToken = db.prepare("UPDATE account SET sync_token = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM inbox WHERE instance_id = ? AND id = ?");
  const fail = db.prepare(
    "INSERT OR REPLACE INTO failed_delivery (instance_id, id, room_id, event, error, failed_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const crash = db.prepare("UPDATE inbox SET crashes = crashes + 1 WHERE instance_id = ? AND id = ?");
  const count = db.prepare<[string], { n: number }>("SELECT count(*) AS n FROM inbox WHERE instance_id = ?");
  const page = db.prepare<
    [string, number, number],
    { id: number; room_id: string; event: string; crashes: number }
  >("SELECT id, room_id, event, crashes FROM inbox WHERE instance_id = ? AND id > ? ORDER BY id LIMIT ?");
  const newest = db.prepare<[], { id: number | null }>(
    "SELECT max(id) AS id FROM (SELECT max(id) AS id FROM inbox UNION ALL SELECT max(id) FROM failed_delivery)",
  );
  let lastId = newest.get()?.id ?? 0;

  return {
    append: db.transaction((accountId: string, syncToken: string, deliveries: NewDelivery[]) => {
      const entries = deliveries.map((delivery): InboxEntry => ({ ...delivery, id: ++lastId, crashes: 0 }));
      for (const { instanceId, id, roomId, event } of entries) insert.run(instanceId, id, roomId, event);
      setToken.run(syncToken, accountId);
      return entries;
    }).immediate,

    page: (instanceId, afterId, limit) =>
      page.all(instanceId, afterId, limit).map(({ id, room_id, event, crashes }) => {
        const { event_id: eventId, sender } = JSON.parse(event) as { event_id: string; sender: string };
        return { instanceId, id, roomId: room_id, eventId, sender, event, crashes };
      }),

    count: (instanceId) => count.get(instanceId)?.n ?? 0,

    settle: db.transaction((done: Settled[]) => {
      for (const { entry, failed } of done) {
        remove.run(entry.instanceId, entry.id);
        if (failed) {
          const error = JSON.stringify(failed.error);
          fail.run(entry.instanceId, entry.id, entry.roomId, entry.event, error, failed.at);
        }
      }
    }).immediate,

    addCrash: db.transaction((entries: readonly InboxEntry[]) => {
      for (const { instanceId, id } of entries) crash.run(instanceId, id);
    }).immediate,
  };
}
