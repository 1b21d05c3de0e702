import type { Content, MatrixEvent } from "../matrix/types.ts";
import { asRecord, asText } from "./read.ts";

/** How one event points at another. */
export interface Relation {
  type: "m.replace" | "m.annotation" | "m.thread" | undefined;
  eventId: string | undefined;
  key: string | undefined;
  replyTo: string | undefined;
}

export function relationOf(content: Content): Relation {
  const relation = asRecord(content["m.relates_to"]);
  const type = asText(relation.rel_type);
  const reply = asText(asRecord(relation["m.in_reply_to"]).event_id);
  return {
    type: type === "m.replace" || type === "m.annotation" || type === "m.thread" ? type : undefined,
    eventId: asText(relation.event_id),
    key: asText(relation.key),
    // In a thread the reply only helps clients that know no threads, unless it says otherwise.
    replyTo: type === "m.thread" && relation.is_falling_back === true ? undefined : reply,
  };
}

/** What a redaction takes away; where that stands depends on the room version. */
export const redactedBy = (event: MatrixEvent): string | undefined =>
  event.type === "m.room.redaction" ? (event.redacts ?? asText(event.content.redacts)) : undefined;
