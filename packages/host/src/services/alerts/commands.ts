import type { RoomEvent, SyncBatch } from "../../matrix/sync-response.ts";

/** What an operator wrote in the room. */
export interface RoomCommand {
  eventId: string;
  sender: string;
  words: string[];
}

const WORD = "!rookery";
/** Said while the host was away, it may no longer be meant. */
const OLDEST_MS = 5 * 60_000;

/**
 * Takes the operators' commands out of a batch, so that no bot of the same account answers them as well.
 *
 * @returns the batch without them, and those that are to be done
 */
export function takeCommands(
  batch: SyncBatch,
  options: { roomId: string; operators: readonly string[]; now: number },
): { batch: SyncBatch; commands: RoomCommand[] } {
  const { roomId, operators, now } = options;
  const commands: RoomCommand[] = [];
  const isOther = (event: RoomEvent) => {
    const words = wordsOf(event);
    if (words === null || !operators.includes(event.sender)) return true;
    const { event_id: eventId, sender, origin_server_ts: at } = event;
    if (now - at < OLDEST_MS) commands.push({ eventId, sender, words });
    return false;
  };
  const timeline = batch.timeline.map((room) =>
    room.roomId === roomId ? { ...room, events: room.events.filter(isOther) } : room,
  );
  return { batch: { ...batch, timeline }, commands };
}

/** The words behind `!rookery`; `null` where it is no command. An edit of one is none. */
function wordsOf({ type, content, state_key }: RoomEvent): string[] | null {
  if (type !== "m.room.message" || state_key !== undefined || content.msgtype !== "m.text") return null;
  const relation = content["m.relates_to"] as { rel_type?: unknown } | null | undefined;
  if (typeof content.body !== "string" || relation?.rel_type === "m.replace") return null;
  const [first, ...words] = content.body.trim().split(/\s+/);
  return first === WORD ? words : null;
}
