import type { JsonObject } from "../json.ts";
import { type RoomEvent, relationOf } from "../rooms/event.ts";
import type { Database } from "./database.ts";

interface EventRow {
  position: number;
  event_id: string;
  room_id: string;
  type: string;
  state_key: string | null;
  sender: string;
  timestamp: number;
  content: string;
  previous_content: string | null;
  device_key: number | null;
  transaction_id: string | null;
  redacted_by: number | null;
  related: number;
}

const COLUMNS = `position, event_id, room_id, type, state_key, sender, timestamp, content, previous_content,
  device_key, transaction_id, redacted_by,
  EXISTS (SELECT 1 FROM events related WHERE related.relates_to = events.event_id) AS related`;

const fromRow = (row: EventRow): RoomEvent => ({
  position: row.position,
  eventId: row.event_id,
  roomId: row.room_id,
  type: row.type,
  stateKey: row.state_key,
  sender: row.sender,
  timestamp: row.timestamp,
  content: JSON.parse(row.content) as JsonObject,
  previousContent: row.previous_content === null ? null : (JSON.parse(row.previous_content) as JsonObject),
  deviceKey: row.device_key,
  transactionId: row.transaction_id,
  redactedBy: row.redacted_by,
  hasRelations: row.related === 1,
});

export type EventStore = ReturnType<typeof createEventStore>;

/** All events of all rooms, in the order in which the server took them. */
export function createEventStore(database: Database) {
  const select = (where: string) =>
    database.prepare<unknown[], EventRow>(`SELECT ${COLUMNS} FROM events WHERE ${where}`);
  const insert = database.prepare(
    `INSERT INTO events (position, event_id, room_id, type, state_key, sender, timestamp, content,
       previous_content, relates_to, relation_type, device_key, transaction_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const redact = database.prepare(
    "UPDATE events SET content = ?, previous_content = NULL, relates_to = NULL, relation_type = NULL, redacted_by = ? WHERE event_id = ?",
  );
  const byId = select("event_id = ?");
  const byPosition = select("position = ?");
  const before = select("room_id = ? AND position <= ? AND position > ? ORDER BY position DESC LIMIT ?");
  const after = select("room_id = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?");
  const allState = select("state_key IS NOT NULL ORDER BY position");
  const stateAt = select(
    `position IN (SELECT max(position) FROM events WHERE room_id = ? AND state_key IS NOT NULL AND position <= ?
       GROUP BY type, state_key) ORDER BY position`,
  );
  const stateBetween = select(
    `position IN (SELECT max(position) FROM events WHERE room_id = ? AND state_key IS NOT NULL
       AND position > ? AND position <= ? GROUP BY type, state_key) ORDER BY position`,
  );
  const lastPositions = database.prepare<[], { room_id: string; position: number }>(
    "SELECT room_id, max(position) AS position FROM events GROUP BY room_id",
  );
  const transaction = database.prepare<[number, string, string, string], { event_id: string }>(
    "SELECT event_id FROM events WHERE device_key = ? AND transaction_id = ? AND room_id = ? AND type = ?",
  );
  const rows = (statement: typeof before, ...parameters: unknown[]): RoomEvent[] =>
    statement.all(...parameters).map(fromRow);

  return {
    /** `content` is the event's content as JSON text. */
    insert(event: RoomEvent, content: string): void {
      const relation = relationOf(event.content);
      database.begin();
      insert.run(
        event.position,
        event.eventId,
        event.roomId,
        event.type,
        event.stateKey,
        event.sender,
        event.timestamp,
        content,
        event.previousContent === null ? null : JSON.stringify(event.previousContent),
        relation?.eventId ?? null,
        relation?.type ?? null,
        event.deviceKey,
        event.transactionId,
      );
    },
    /** Replaces an event's content by what redaction leaves of it; it is no longer a relation. */
    redact(eventId: string, content: JsonObject, redactedBy: number): void {
      database.begin();
      redact.run(JSON.stringify(content), redactedBy, eventId);
    },
    byId(eventId: string): RoomEvent | undefined {
      const row = byId.get(eventId);
      return row && fromRow(row);
    },
    byPosition(position: number): RoomEvent | undefined {
      const row = byPosition.get(position);
      return row && fromRow(row);
    },
    /** Up to `limit` events at or before `upTo` and after `downTo`, newest first. */
    before: (roomId: string, upTo: number, downTo: number, limit: number) =>
      rows(before, roomId, upTo, downTo, limit),
    /** Up to `limit` events after `from` and at or before `upTo`, oldest first. */
    after: (roomId: string, from: number, upTo: number, limit: number) =>
      rows(after, roomId, from, upTo, limit),
    /** Every state event ever, oldest first: folding them gives the state of all rooms. */
    allState: () => rows(allState),
    /** The room's state after the event at `position`. */
    stateAt: (roomId: string, position: number) => rows(stateAt, roomId, position),
    /** The state that changed after `since`, as it was after `upTo`. */
    stateBetween: (roomId: string, since: number, upTo: number) => rows(stateBetween, roomId, since, upTo),
    lastPositions: () => lastPositions.all(),
    /** The event that a device already sent with this transaction ID to this room, if any. */
    transaction: (deviceKey: number, transactionId: string, roomId: string, type: string) =>
      transaction.get(deviceKey, transactionId, roomId, type)?.event_id,
  };
}
