import type { EventStore } from "../store/events.ts";
import type { RoomEvent } from "./event.ts";
import type { Room } from "./room.ts";

const PAGE = 100;

/** Reads a room's events in either direction: the newest from memory, older ones from the store. */
export interface Timelines {
  /** Events at or before `upTo` and after `downTo`, newest first. */
  backwards(room: Room, upTo: number, downTo?: number): Generator<RoomEvent>;
  /** Events after `from` and at or before `upTo`, oldest first. */
  forwards(room: Room, from: number, upTo?: number): Generator<RoomEvent>;
}

export function createTimelines(store: EventStore): Timelines {
  return {
    *backwards(room, upTo, downTo = 0) {
      const floor = Math.max(downTo, room.firstPosition - 1);
      let next = upTo;
      for (const event of newestFirst(room.tail)) {
        if (event.position <= floor) return;
        if (event.position > next) continue;
        yield event;
        next = event.position - 1;
      }
      while (next > floor) {
        const page = store.before(room.roomId, next, floor, PAGE);
        yield* page;
        const last = page.at(-1);
        if (!last || page.length < PAGE) return;
        next = last.position - 1;
      }
    },
    *forwards(room, from, upTo = room.lastPosition) {
      let next = from;
      while (next < upTo) {
        const page = store.after(room.roomId, next, upTo, PAGE);
        yield* page;
        const last = page.at(-1);
        if (!last || page.length < PAGE) return;
        next = last.position;
      }
    },
  };
}

function* newestFirst(events: readonly RoomEvent[]): Generator<RoomEvent> {
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event) yield event;
  }
}
