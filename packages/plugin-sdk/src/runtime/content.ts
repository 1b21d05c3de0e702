import type { MessageContent } from "../context.ts";
import type { MatrixEvent } from "../event.ts";
import type { Mentions } from "../formatted-text.ts";
import type { Location } from "../location.ts";
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

/**
 * https://spec.matrix.org/latest/client-server-api/#mtext
 *
 * @param answered whom it answers
 */
export function textContent(content: MessageContent, answered?: string): JsonObject {
  if (typeof content === "string")
    return { msgtype: "m.text", body: content, "m.mentions": mentionsContent({}, answered) };
  return {
    msgtype: "m.text",
    body: content.text,
    format: "org.matrix.custom.html",
    formatted_body: content.html,
    "m.mentions": mentionsContent(content.mentions ?? {}, answered),
  };
}

/**
 * Whom an event notifies. Where it is nobody, that is said, too: else servers look for names in the text.
 * https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions
 */
export function mentionsContent({ users = [], room }: Mentions, answered?: string): JsonObject {
  const all = new Set([...(answered === undefined ? [] : [answered]), ...users]);
  return { ...(all.size > 0 ? { user_ids: [...all] } : {}), ...(room ? { room: true } : {}) };
}

/**
 * Relates a new event to the one it answers: in the event's thread where there is one, else as a
 * plain reply. https://spec.matrix.org/latest/client-server-api/#replies-in-threads
 */
export function replyRelation(event: MatrixEvent): JsonObject {
  const thread = threadRootOf(event);
  const answered = answeredIdOf(event);
  return thread ? inThread(thread, answered, true) : { "m.in_reply_to": { event_id: answered } };
}

/** What is answered where this event is: an edit stands for the event that it changed, which is the one that is shown. */
export function answeredIdOf(event: MatrixEvent): string {
  const relation = event.content["m.relates_to"] as Relation | null | undefined;
  const { rel_type, event_id } = relation ?? {};
  return rel_type === "m.replace" && typeof event_id === "string" ? event_id : event.event_id;
}

/** What makes a new event an answer: its relation, and that it is for who is answered. */
export function answerTo(event: MatrixEvent): { "m.relates_to": JsonObject; "m.mentions": JsonObject } {
  return { "m.relates_to": replyRelation(event), "m.mentions": mentionsContent({}, event.sender) };
}

/** Keeps an event in the thread of another without answering it; `undefined` outside threads. */
export function threadRelation(event: MatrixEvent): JsonObject | undefined {
  const thread = threadRootOf(event);
  return thread === undefined ? undefined : inThread(thread, answeredIdOf(event), false);
}

/** Where a thread is that goes on from an event: the one that it is in, or a new one below it. */
export function threadBelow(event: MatrixEvent): { root: string; isNew: boolean } {
  const root = threadRootOf(event);
  if (root !== undefined) return { root, isNew: false };
  // What relates to another event, as an edit does, is none to begin a thread with.
  const relation = event.content["m.relates_to"] as Relation | null | undefined;
  const { rel_type, event_id } = relation ?? {};
  const isRelated = typeof rel_type === "string" && typeof event_id === "string";
  return { root: isRelated ? event_id : event.event_id, isNew: true };
}

/**
 * Puts an event into a thread. https://spec.matrix.org/latest/client-server-api/#threading
 *
 * @param answered an event in it; shown as answered by all clients, or only by those without threads
 */
export function inThread(root: string, answered: string, isReply: boolean): JsonObject {
  const reply = { "m.in_reply_to": { event_id: answered } };
  return { rel_type: "m.thread", event_id: root, is_falling_back: !isReply, ...reply };
}

/** The event below which a thread is; `undefined` for an event that is in none. */
export function threadRootOf(event: MatrixEvent): string | undefined {
  const relation = event.content["m.relates_to"] as Relation | null | undefined;
  const root = relation?.rel_type === "m.thread" ? relation.event_id : undefined;
  return typeof root === "string" ? root : undefined;
}

/**
 * https://spec.matrix.org/latest/client-server-api/#mlocation
 *
 * @throws RangeError where it is nowhere on the earth
 */
export function locationContent({ latitude, longitude, uncertainty, description }: Location): JsonObject {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
    throw new RangeError(
      `A place has -90 to 90 degrees of latitude and -180 to 180 of longitude, not ${latitude}, ${longitude}.`,
    );
  const exact = uncertainty === undefined ? "" : `;u=${uncertainty}`;
  const body = description ?? `${latitude}, ${longitude}`;
  return { msgtype: "m.location", body, geo_uri: `geo:${latitude},${longitude}${exact}`, "m.mentions": {} };
}

/** https://spec.matrix.org/latest/client-server-api/#event-replacements */
export function editContent(eventId: string, content: MessageContent): JsonObject {
  const next = textContent(content);
  return {
    ...next,
    body: `* ${next.body}`,
    ...(next.formatted_body === undefined ? {} : { formatted_body: `* ${next.formatted_body}` }),
    // Who is mentioned read it already.
    "m.mentions": {},
    "m.new_content": next,
    "m.relates_to": { rel_type: "m.replace", event_id: eventId },
  };
}

/** https://spec.matrix.org/latest/client-server-api/#event-annotations-and-reactions */
export function reactionContent(eventId: string, key: string): JsonObject {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
}
