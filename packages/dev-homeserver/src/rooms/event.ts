import { isObject, type JsonObject, stringIn } from "../json.ts";

/** A room event as the server keeps it. */
export interface RoomEvent {
  /** Its place in the server's stream; also what pagination tokens count. */
  readonly position: number;
  readonly eventId: string;
  readonly roomId: string;
  readonly type: string;
  /** Null for a message event. */
  readonly stateKey: string | null;
  readonly sender: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Pruned in place when the event is redacted. */
  content: JsonObject;
  /** What a state event replaced. */
  previousContent: JsonObject | null;
  /** The device that sent it, to whom alone the transaction ID is shown. */
  readonly deviceKey: number | null;
  readonly transactionId: string | null;
  /** Position of the redaction. */
  redactedBy: number | null;
  /** Whether some event relates to this one, so that aggregations are worth looking up. */
  hasRelations: boolean;
}

/** An event that has not been accepted yet. */
export interface EventDraft {
  readonly type: string;
  readonly sender: string;
  readonly content: JsonObject;
  readonly stateKey?: string;
  readonly deviceKey?: number;
  readonly transactionId?: string;
}

/** The event and kind of an `m.relates_to`, when the content has a whole one. */
export function relationOf(content: JsonObject): { eventId: string; type: string } | undefined {
  const relation = content["m.relates_to"];
  if (!isObject(relation)) return undefined;
  const eventId = stringIn(relation, "event_id");
  const type = stringIn(relation, "rel_type");
  return eventId !== undefined && type !== undefined ? { eventId, type } : undefined;
}
