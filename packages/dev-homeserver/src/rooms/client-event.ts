import { type JsonObject, stringIn } from "../json.ts";
import type { EventStore } from "../store/events.ts";
import type { RelationStore } from "../store/relations.ts";
import type { RoomEvent } from "./event.ts";

/** An event as clients get it. */
export type ClientEvent = JsonObject;

/** Who is looking: decides about `transaction_id` and `current_user_participated`. */
export interface Viewer {
  readonly userId: string;
  readonly deviceKey: number;
}

/** Writes events the way clients expect them. */
export interface ClientEvents {
  /** With `room_id`, as everywhere but in `/sync`. */
  write(event: RoomEvent, viewer: Viewer): ClientEvent;
  /** Without `room_id`, as in `/sync`. */
  writeForSync(event: RoomEvent, viewer: Viewer): ClientEvent;
}

/**
 * Source: client-server API, "Room event format", "Aggregations of child events"; a redaction carries
 * `redacts` at the top level too, for clients older than room version 11.
 */
export function createClientEvents(events: EventStore, relations: RelationStore): ClientEvents {
  function write(event: RoomEvent, viewer: Viewer | undefined, withRoom: boolean): ClientEvent {
    const unsigned: JsonObject = { age: Math.max(0, Date.now() - event.timestamp) };
    if (event.transactionId !== null && event.deviceKey === viewer?.deviceKey)
      unsigned.transaction_id = event.transactionId;
    if (event.previousContent !== null) unsigned.prev_content = event.previousContent;
    if (event.redactedBy !== null) {
      const redaction = events.byPosition(event.redactedBy);
      if (redaction) unsigned.redacted_because = write(redaction, undefined, true);
    } else if (event.hasRelations && viewer) {
      const bundle = aggregate(event, viewer);
      if (bundle) unsigned["m.relations"] = bundle;
    }
    const written: ClientEvent = {
      type: event.type,
      event_id: event.eventId,
      sender: event.sender,
      origin_server_ts: event.timestamp,
      content: event.content,
      unsigned,
    };
    if (event.stateKey !== null) written.state_key = event.stateKey;
    if (withRoom) written.room_id = event.roomId;
    if (event.type === "m.room.redaction") {
      const redacts = stringIn(event.content, "redacts");
      if (redacts !== undefined) written.redacts = redacts;
    }
    return written;
  }

  function aggregate(event: RoomEvent, viewer: Viewer): JsonObject | undefined {
    const bundle: JsonObject = {};
    const edit = event.stateKey === null ? relations.latestEdit(event) : undefined;
    if (edit) bundle["m.replace"] = write(edit, undefined, true);
    const thread = relations.thread(event.eventId, viewer.userId);
    if (thread) {
      bundle["m.thread"] = {
        latest_event: write(thread.latest, viewer, true),
        count: thread.count,
        current_user_participated: thread.participated || event.sender === viewer.userId,
      };
    }
    const references = relations.references(event.eventId);
    if (references.length > 0)
      bundle["m.reference"] = { chunk: references.map((eventId) => ({ event_id: eventId })) };
    return Object.keys(bundle).length > 0 ? bundle : undefined;
  }

  return {
    write: (event, viewer) => write(event, viewer, true),
    writeForSync: (event, viewer) => write(event, viewer, false),
  };
}
