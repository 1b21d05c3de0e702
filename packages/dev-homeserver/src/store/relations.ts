import type { RoomEvent } from "../rooms/event.ts";
import type { Database } from "./database.ts";
import type { EventStore } from "./events.ts";

export type RelationStore = ReturnType<typeof createRelationStore>;

/** Which events relate to which: edits, threads, reactions, references. */
export function createRelationStore(database: Database, events: EventStore) {
  const latestEdit = database.prepare<[string, string, string], { position: number }>(
    `SELECT position FROM events WHERE relates_to = ? AND relation_type = 'm.replace' AND sender = ? AND type = ?
     ORDER BY position DESC LIMIT 1`,
  );
  const thread = database.prepare<
    [string, string],
    { count: number; latest: number | null; participated: number | null }
  >(
    `SELECT count(*) AS count, max(position) AS latest, max(sender = ?) AS participated FROM events
     WHERE relates_to = ? AND relation_type = 'm.thread'`,
  );
  const references = database.prepare<[string], { event_id: string }>(
    "SELECT event_id FROM events WHERE relates_to = ? AND relation_type = 'm.reference' ORDER BY position",
  );
  const page = (order: "ASC" | "DESC") =>
    database.prepare<unknown[], { position: number }>(
      `WITH RECURSIVE related (position, event_id, relation_type, type, depth) AS (
         SELECT position, event_id, relation_type, type, 1 FROM events WHERE relates_to = ?
         UNION ALL
         SELECT event.position, event.event_id, event.relation_type, event.type, depth + 1
         FROM related JOIN events AS event ON event.relates_to = related.event_id WHERE depth < ?
       )
       SELECT position FROM related WHERE position > ? AND position <= ?
         AND (? IS NULL OR relation_type = ?) AND (? IS NULL OR type = ?) ORDER BY position ${order} LIMIT ?`,
    );
  const forwards = page("ASC");
  const backwards = page("DESC");
  const roots = database.prepare<[string, number, number], { root: string; latest: number }>(
    `SELECT relates_to AS root, max(position) AS latest FROM events WHERE room_id = ? AND relation_type = 'm.thread'
     GROUP BY relates_to HAVING latest <= ? ORDER BY latest DESC LIMIT ?`,
  );

  return {
    /** The newest edit of an event; only its sender can edit it. */
    latestEdit(event: RoomEvent): RoomEvent | undefined {
      const row = latestEdit.get(event.eventId, event.sender, event.type);
      return row && events.byPosition(row.position);
    },
    thread(rootId: string, userId: string) {
      const row = thread.get(userId, rootId);
      const latest = row?.latest ? events.byPosition(row.latest) : undefined;
      return row && latest && { latest, count: row.count, participated: row.participated === 1 };
    },
    references: (eventId: string) => references.all(eventId).map((row) => row.event_id),
    /**
     * Up to `limit` events after `from` and up to `upTo` that relate to an event, optionally of one kind;
     * over up to `depth` steps (1: directly).
     */
    page(query: {
      eventId: string;
      depth: number;
      relationType: string | null;
      type: string | null;
      from: number;
      upTo: number;
      limit: number;
      forwards: boolean;
    }): RoomEvent[] {
      const { eventId, depth, relationType, type, from, upTo, limit } = query;
      const rows = (query.forwards ? forwards : backwards).all(
        eventId,
        depth,
        from,
        upTo,
        relationType,
        relationType,
        type,
        type,
        limit,
      );
      return rows.flatMap(({ position }) => events.byPosition(position) ?? []);
    },
    /** The roots of a room's threads whose latest reply is at or before `upTo`, newest reply first. */
    threadRoots: (roomId: string, upTo: number, limit: number) =>
      roots.all(roomId, upTo, limit).flatMap(({ root, latest }) => {
        const event = events.byId(root);
        return event ? [{ event, latest }] : [];
      }),
  };
}
