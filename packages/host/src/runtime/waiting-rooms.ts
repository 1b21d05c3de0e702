import type { InboxEntry } from "../store/inbox.ts";

/** What waits of one instance's inbox, room by room: a bounded window of it in memory, the rest on the disk. */
export interface WaitingRooms {
  /** Rooms with something waiting; the one that was served longest ago is first. */
  ids(): Iterable<string>;
  /** A room's next entry, from the disk if need be. */
  first(roomId: string): InboxEntry | undefined;
  /** Takes it out; the room is served last from now on. */
  take(roomId: string): InboxEntry | undefined;
  /** What is on the disk now. */
  add(entry: InboxEntry): void;
  /** What was taken before, and comes first when it is the room's turn. */
  putBack(entry: InboxEntry): void;
}

export interface WaitingRoomsOptions {
  /** The rooms with something on the disk. */
  roomIds: readonly string[];
  /** A room's entries on the disk that come after an ID, oldest first. */
  page: (roomId: string, afterId: number, limit: number) => InboxEntry[];
  /** Of what was read from the disk, what is to run now. */
  admit: (entries: InboxEntry[]) => InboxEntry[];
}

/** Entries in memory, and of one room. */
const WINDOW = 1_000;
const ROOM_WINDOW = 32;

interface Room {
  entries: InboxEntry[];
  lastId: number;
  /** Whether the disk has more. */
  behind: boolean;
}

export function createWaitingRooms({ roomIds, page, admit }: WaitingRoomsOptions): WaitingRooms {
  const rooms = new Map<string, Room>();
  for (const roomId of roomIds) rooms.set(roomId, { entries: [], lastId: 0, behind: true });
  let newestId = 0;
  let inMemory = 0;

  function load(roomId: string, room: Room): void {
    const entries = page(roomId, room.lastId, ROOM_WINDOW);
    room.behind = entries.length === ROOM_WINDOW;
    room.lastId = entries.at(-1)?.id ?? room.lastId;
    newestId = Math.max(newestId, room.lastId);
    const admitted = admit(entries);
    room.entries.push(...admitted);
    inMemory += admitted.length;
  }

  /** A room that is not known has nothing waiting: all of it up to the newest entry runs, is parked, or is over. */
  function roomOf(roomId: string): Room {
    const found = rooms.get(roomId) ?? { entries: [], lastId: newestId, behind: false };
    rooms.set(roomId, found);
    return found;
  }

  function first(roomId: string): InboxEntry | undefined {
    const room = rooms.get(roomId);
    if (!room) return undefined;
    while (room.entries.length === 0 && room.behind) load(roomId, room);
    if (room.entries.length === 0) rooms.delete(roomId);
    return room.entries[0];
  }

  return {
    ids: () => rooms.keys(),
    first,
    take(roomId) {
      const entry = first(roomId);
      const room = rooms.get(roomId);
      if (!room || !entry) return undefined;
      room.entries.shift();
      inMemory--;
      rooms.delete(roomId);
      if (room.entries.length > 0 || room.behind) rooms.set(roomId, room);
      return entry;
    },
    add(entry) {
      const room = roomOf(entry.roomId);
      room.behind ||= inMemory >= WINDOW || room.entries.length >= ROOM_WINDOW;
      if (!room.behind) {
        room.lastId = entry.id;
        room.entries.push(entry);
        inMemory++;
      }
      newestId = entry.id;
    },
    putBack(entry) {
      roomOf(entry.roomId).entries.unshift(entry);
      inMemory++;
    },
  };
}
