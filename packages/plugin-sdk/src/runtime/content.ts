import type { MessageContent } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import { HostError } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";

/** https://spec.matrix.org/latest/client-server-api/#size-limits */
const MAX_CONTENT = 65_536;

/**
 * Refuses what no homeserver takes before it crosses to the host, which has other bots to see to.
 *
 * @throws HostError `TOO_LARGE`
 */
export function checkSize(content: JsonObject): void {
  let size: number;
  try {
    size = JSON.stringify(content)?.length ?? 0;
  } catch {
    // What is no plain data is refused where it would cross, with what is wrong with it.
    return;
  }
  if (size <= MAX_CONTENT) return;
  const text = `The event's content has ${size} characters; Matrix allows ${MAX_CONTENT}. Send it as a file.`;
  throw new HostError("TOO_LARGE", text);
}

/** As somebody in the room wrote it. */
interface Relation {
  rel_type?: unknown;
  event_id?: unknown;
}

/** https://spec.matrix.org/latest/client-server-api/#mtext */
export function textContent(content: MessageContent): JsonObject {
  if (typeof content === "string") return { msgtype: "m.text", body: content };
  return {
    msgtype: "m.text",
    body: content.text,
    format: "org.matrix.custom.html",
    formatted_body: content.html,
  };
}

/**
 * Relates a new event to the one it answers: in the event's thread where there is one, else as a
 * plain reply. https://spec.matrix.org/latest/client-server-api/#replies-in-threads
 */
export function replyRelation(event: MatrixEvent): JsonObject {
  const thread = threadRoot(event);
  const reply = { "m.in_reply_to": { event_id: event.event_id } };
  return thread ? { rel_type: "m.thread", event_id: thread, is_falling_back: false, ...reply } : reply;
}

/** What makes a new event an answer: its relation, and that it is for who is answered. */
export function answerTo(event: MatrixEvent): JsonObject {
  return { "m.relates_to": replyRelation(event), "m.mentions": { user_ids: [event.sender] } };
}

/** Keeps an event in the thread of another without answering it; `undefined` outside threads. */
export function threadRelation(event: MatrixEvent): JsonObject | undefined {
  const thread = threadRoot(event);
  if (!thread) return undefined;
  const fallback = { "m.in_reply_to": { event_id: event.event_id } };
  return { rel_type: "m.thread", event_id: thread, is_falling_back: true, ...fallback };
}

function threadRoot(event: MatrixEvent): string | undefined {
  const relation = event.content["m.relates_to"] as Relation | null | undefined;
  const root = relation?.rel_type === "m.thread" ? relation.event_id : undefined;
  return typeof root === "string" ? root : undefined;
}

/** https://spec.matrix.org/latest/client-server-api/#event-replacements */
export function editContent(eventId: string, content: MessageContent): JsonObject {
  const next = textContent(content);
  return {
    ...next,
    body: `* ${next.body}`,
    ...(next.formatted_body === undefined ? {} : { formatted_body: `* ${next.formatted_body}` }),
    "m.new_content": next,
    "m.relates_to": { rel_type: "m.replace", event_id: eventId },
  };
}

/** https://spec.matrix.org/latest/client-server-api/#event-annotations-and-reactions */
export function reactionContent(eventId: string, key: string): JsonObject {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
}
