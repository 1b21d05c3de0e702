import { acceptedBy, acceptsRoom, type RoomEventFilter } from "../sync/filter.ts";
import type { RoomEvent } from "./event.ts";
import type { Room } from "./room.ts";
import type { Timelines } from "./timeline.ts";
import { canSee } from "./visibility.ts";

/** A stretch of a room's history. Positions are places between events: after everything up to them. */
export interface HistoryQuery {
  readonly room: Room;
  readonly userId: string;
  readonly direction: "b" | "f";
  readonly from: number;
  readonly to: number | undefined;
  readonly limit: number;
  readonly filter: RoomEventFilter | undefined;
}

export interface HistoryPage {
  readonly events: RoomEvent[];
  /** Where to go on; undefined when there is nothing more. */
  readonly end: number | undefined;
}

/** Reads one page of what the user may see, in the direction asked for. */
export function readHistory(timelines: Timelines, query: HistoryQuery): HistoryPage {
  const { room, userId, direction, from, to, limit, filter } = query;
  const accepts = acceptedBy(filter);
  const events: RoomEvent[] = [];
  if (!acceptsRoom(filter, room.roomId)) return { events, end: undefined };
  const candidates =
    direction === "b" ? timelines.backwards(room, from, to) : timelines.forwards(room, from, to);
  for (const event of candidates) {
    if (!accepts(event) || !canSee(room, userId, event)) continue;
    if (events.length < limit) {
      events.push(event);
      continue;
    }
    const last = events.at(-1)?.position ?? from;
    // Going back, the next page ends just before the last event of this one.
    return { events, end: direction === "b" && events.length > 0 ? last - 1 : last };
  }
  return { events, end: undefined };
}
