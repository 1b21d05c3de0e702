import type { MatrixEvent } from "../matrix/types.ts";
import { type MessageContent, readContent } from "./content.ts";
import type { Echo } from "./echoes.ts";
import { asRecord, asSize } from "./read.ts";
import { redactedBy, relationOf } from "./relations.ts";

export interface Reaction {
  key: string;
  senders: string[];
  /** The reaction of the person at the page, if there is one. */
  own: string | undefined;
}

/** One message as it stands after its edits, reactions and redactions. */
export interface Message {
  id: string;
  event: MatrixEvent;
  /** `undefined` once it was removed. */
  content: MessageContent | undefined;
  edited: boolean;
  reactions: Reaction[];
  replyTo: string | undefined;
  threadRoot: string | undefined;
  /** The thread that starts here, if there is one. */
  thread: ThreadSummary | undefined;
  /** While it is on its way, or when it could not be sent. */
  echo: Echo | undefined;
}

/** What stands below the first message of a thread. */
export interface ThreadSummary {
  count: number;
  /** The last message in it. */
  latest: MatrixEvent;
}

/**
 * Folds a room's events, oldest first, into the messages to show. Local echoes are
 * events like any other here, so what one did is seen before the homeserver has it.
 */
export function messagesOf(events: readonly MatrixEvent[], echoes: readonly Echo[], me: string): Message[] {
  const all = [...events, ...echoes.map((echo) => echo.event)];
  const redacted = new Set(all.map(redactedBy).filter((id) => id !== undefined));
  const isRedacted = (event: MatrixEvent) =>
    redacted.has(event.event_id) || event.unsigned?.redacted_because !== undefined;
  const standing = all.filter((event) => !isRedacted(event));

  const edits = editsOf(standing);
  const reactions = reactionsOf(standing, me);
  const threads = threadsOf(standing);
  const byEchoId = new Map(echoes.map((echo) => [echo.event.event_id, echo]));

  return all.filter(isMessage).map((event) => {
    const relation = relationOf(event.content);
    const gone = isRedacted(event);
    const edit = edits.get(event.event_id) ?? bundledEdit(event);
    const valid = edit && edit.sender === event.sender && !gone;
    const content = valid ? asRecord(edit.content["m.new_content"]) : event.content;
    return {
      id: event.event_id,
      event,
      content: gone ? undefined : readContent(event.type, content),
      edited: Boolean(valid),
      reactions: gone ? [] : (reactions.get(event.event_id) ?? []),
      replyTo: relation.replyTo,
      threadRoot: relation.type === "m.thread" ? relation.eventId : undefined,
      thread: summaryOf(event, threads.get(event.event_id) ?? []),
      echo: byEchoId.get(event.event_id),
    };
  });
}

const isMessage = (event: MatrixEvent) =>
  (event.type === "m.room.message" || event.type === "m.sticker") &&
  event.state_key === undefined &&
  relationOf(event.content).type !== "m.replace";

/** The newest edit of each message by its own sender; a later one of the same time wins. */
function editsOf(events: readonly MatrixEvent[]): Map<string, MatrixEvent> {
  const senders = new Map(events.map((event) => [event.event_id, event.sender]));
  const edits = new Map<string, MatrixEvent>();
  for (const event of events) {
    const { type, eventId } = relationOf(event.content);
    if (type !== "m.replace" || !eventId || event.type !== "m.room.message") continue;
    const original = senders.get(eventId);
    if (original !== undefined && original !== event.sender) continue;
    const before = edits.get(eventId);
    if (!before || before.origin_server_ts <= event.origin_server_ts) edits.set(eventId, event);
  }
  return edits;
}

/** The edit a homeserver sends along with a message from further back. */
function bundledEdit(event: MatrixEvent): MatrixEvent | undefined {
  const edit = asRecord(asRecord(event.unsigned?.["m.relations"])["m.replace"]);
  return edit.content && edit.sender ? (edit as unknown as MatrixEvent) : undefined;
}

/** Who reacted with what, in the order of the first of each; one person counts once per key. */
function reactionsOf(events: readonly MatrixEvent[], me: string): Map<string, Reaction[]> {
  const byMessage = new Map<string, Reaction[]>();
  for (const event of events) {
    const { type, eventId, key } = relationOf(event.content);
    if (event.type !== "m.reaction" || type !== "m.annotation" || !eventId || !key) continue;
    const reactions = byMessage.get(eventId) ?? [];
    byMessage.set(eventId, reactions);
    let reaction = reactions.find((candidate) => candidate.key === key);
    if (!reaction) {
      reaction = { key, senders: [], own: undefined };
      reactions.push(reaction);
    }
    if (!reaction.senders.includes(event.sender)) reaction.senders.push(event.sender);
    if (event.sender === me) reaction.own = event.event_id;
  }
  return byMessage;
}

/** The messages of each thread by its root, oldest first. */
function threadsOf(events: readonly MatrixEvent[]): Map<string, MatrixEvent[]> {
  const threads = new Map<string, MatrixEvent[]>();
  for (const event of events) {
    const { type, eventId } = relationOf(event.content);
    if (type !== "m.thread" || !eventId || !isMessage(event)) continue;
    threads.set(eventId, [...(threads.get(eventId) ?? []), event]);
  }
  return threads;
}

/** A homeserver counts, with a root, what is in its thread; what is loaded may be less of it, or more by now. */
function summaryOf(root: MatrixEvent, loaded: readonly MatrixEvent[]): ThreadSummary | undefined {
  const bundle = asRecord(asRecord(root.unsigned?.["m.relations"])["m.thread"]);
  const told = asRecord(bundle.latest_event) as Partial<MatrixEvent>;
  const since = loaded.filter(({ origin_server_ts: at }) => at > (told.origin_server_ts ?? 0));
  const count = Math.max(loaded.length, (asSize(bundle.count) ?? 0) + since.length);
  const latest = loaded.at(-1) ?? (told.content && told.sender ? (told as MatrixEvent) : undefined);
  return latest && { count, latest };
}
