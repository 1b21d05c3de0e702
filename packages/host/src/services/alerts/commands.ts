import type { RoomEvent } from "../../matrix/sync-response.ts";

/** What an operator wrote in the room. */
export interface RoomCommand {
  eventId: string;
  sender: string;
  words: string[];
  /** How long ago it was said, in milliseconds, where it may no longer be meant: it is answered, and not done. */
  tooOldMs: number | null;
}

const WORD = "!rookery";
/** Said while the host was away, or read late since its key was, it may no longer be meant. */
const OLDEST_MS = 5 * 60_000;
/** Whoever said it longer ago does not wait for an answer any more. */
export const ANSWERED_MS = 60 * 60_000;

/**
 * Takes the operators' commands out of the room's events, so that no bot of the same account answers them as well.
 *
 * @returns the events without them, and those that are to be done, or answered
 */
export function takeCommands(
  events: RoomEvent[],
  { operators, now }: { operators: readonly string[]; now: number },
): { events: RoomEvent[]; commands: RoomCommand[] } {
  const commands: RoomCommand[] = [];
  const isOther = (event: RoomEvent) => {
    const words = wordsOf(event);
    if (words === null || !operators.includes(event.sender)) return true;
    const { event_id: eventId, sender, origin_server_ts: at } = event;
    const age = now - at;
    const tooOldMs = age < OLDEST_MS ? null : age;
    if (age < ANSWERED_MS) commands.push({ eventId, sender, words, tooOldMs });
    return false;
  };
  return { events: events.filter(isOther), commands };
}

/** The words behind `!rookery`; `null` where it is no command. An edit of one is none. */
function wordsOf({ type, content, state_key }: RoomEvent): string[] | null {
  if (type !== "m.room.message" || state_key !== undefined || content.msgtype !== "m.text") return null;
  const relation = content["m.relates_to"] as { rel_type?: unknown } | null | undefined;
  if (typeof content.body !== "string" || relation?.rel_type === "m.replace") return null;
  const [first, ...words] = content.body.trim().split(/\s+/);
  return first === WORD ? words : null;
}
