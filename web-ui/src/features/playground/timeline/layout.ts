import type { MatrixEvent } from "../matrix/types.ts";
import { describeEvent } from "./describe.ts";
import type { Message } from "./messages.ts";

/** A line of the timeline, from top to bottom. */
export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "notice"; key: string; at: number; sentence: string }
  /** `first`: the sender's name belongs above it. */
  | { kind: "message"; key: string; message: Message; first: boolean };

const SAME_BREATH_MS = 5 * 60_000;

/** Messages and what happened in the room, in their order, with a line before each new day. */
export function layout(
  events: readonly MatrixEvent[],
  messages: readonly Message[],
  nameOf: (userId: string) => string,
): Row[] {
  const rows: Row[] = [];
  const byId = new Map(messages.map((message) => [message.id, message]));
  let day = "";
  let last: Message | undefined;
  const startDay = (at: number) => {
    const date = new Date(at).toDateString();
    if (date === day) return;
    day = date;
    last = undefined;
    rows.push({ kind: "day", key: `day ${date} ${rows.length}`, at });
  };
  const addMessage = (message: Message) => {
    startDay(message.event.origin_server_ts);
    rows.push({ kind: "message", key: message.id, message, first: !continues(last, message) });
    last = message;
  };
  for (const event of events) {
    const message = byId.get(event.event_id);
    if (message) {
      addMessage(message);
      continue;
    }
    const sentence = describeEvent(event, nameOf);
    if (!sentence) continue;
    startDay(event.origin_server_ts);
    rows.push({ kind: "notice", key: event.event_id, at: event.origin_server_ts, sentence });
    last = undefined;
  }
  for (const message of messages) if (message.echo) addMessage(message);
  return rows;
}

function continues(before: Message | undefined, { event, replyTo }: Message): boolean {
  return (
    before !== undefined &&
    before.event.sender === event.sender &&
    replyTo === undefined &&
    event.origin_server_ts - before.event.origin_server_ts < SAME_BREATH_MS
  );
}
