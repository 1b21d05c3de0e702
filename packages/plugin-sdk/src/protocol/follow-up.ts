import type { MatchableEvent } from "./match.ts";

/** An event that is about an earlier one: the earlier one was changed, removed, or reacted to. */
export interface FollowUp {
  kind: "edit" | "redaction" | "reaction";
  /** The earlier event's ID. */
  target: string;
}

export const FOLLOW_UPS: readonly string[] = ["edit", "redaction", "reaction"];

interface Relation {
  rel_type?: unknown;
  event_id?: unknown;
}

/**
 * Reads which earlier event an event is about; `null` where it is about none.
 * https://spec.matrix.org/latest/client-server-api/#event-replacements and `#redactions`; up to room
 * version 10 a redaction names its event outside of the content.
 */
export function readFollowUp(event: MatchableEvent & { redacts?: unknown }): FollowUp | null {
  const content = event.content as { "m.relates_to"?: Relation | null; redacts?: unknown } | null;
  if (content === null || typeof content !== "object") return null;
  if (event.type === "m.room.redaction") return about("redaction", content.redacts ?? event.redacts);
  const relation = content["m.relates_to"];
  if (event.type === "m.reaction" && relation?.rel_type === "m.annotation") {
    return about("reaction", relation.event_id);
  }
  if (event.type === "m.room.message" && relation?.rel_type === "m.replace") {
    return about("edit", relation.event_id);
  }
  return null;
}

function about(kind: FollowUp["kind"], target: unknown): FollowUp | null {
  return typeof target === "string" ? { kind, target } : null;
}
