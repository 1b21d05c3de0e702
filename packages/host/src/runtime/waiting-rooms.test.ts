import { describe, expect, it } from "vitest";
import type { InboxEntry } from "../store/inbox.ts";
import { createWaitingRooms } from "./waiting-rooms.ts";

const IN_MEMORY = 1_000;
const IN_MEMORY_OF_A_ROOM = 32;

/** A disk that tells what was read of it. */
function setUp({ onDisk = [] as InboxEntry[], admit = (entries: InboxEntry[]) => entries } = {}) {
  const disk = [...onDisk];
  const reads: string[] = [];
  const rooms = createWaitingRooms({
    roomIds: [...new Set(disk.map(({ roomId }) => roomId))],
    page(roomId, afterId, limit) {
      reads.push(`${roomId} after ${afterId}`);
      return disk.filter((entry) => entry.roomId === roomId && entry.id > afterId).slice(0, limit);
    },
    admit,
  });
  return {
    ...{ rooms, reads },
    arrives(entry: InboxEntry) {
      disk.push(entry);
      rooms.add(entry);
    },
    /** The IDs of all that a room has, in their order. */
    takeAll(roomId: string) {
      const ids: number[] = [];
      for (let entry = rooms.take(roomId); entry; entry = rooms.take(roomId)) ids.push(entry.id);
      return ids;
    },
  };
}

const entry = (id: number, roomId = "!a") => ({ id, roomId }) as InboxEntry;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("what waits of an instance's inbox", () => {
  it("is in the order of its arrival, what was on the disk first", () => {
    const { arrives, takeAll } = setUp({ onDisk: numbers(1, 100).map((id) => entry(id)) });
    for (const id of numbers(101, 200)) arrives(entry(id));
    expect(takeAll("!a")).toEqual(numbers(1, 200));
  });

  it("is read from the disk only beyond a room's share of the memory", () => {
    const { arrives, rooms, reads, takeAll } = setUp();
    for (const id of numbers(1, IN_MEMORY_OF_A_ROOM)) arrives(entry(id));
    expect(takeAll("!a").length).toBe(IN_MEMORY_OF_A_ROOM);
    expect(reads).toEqual([]);
    for (const id of numbers(101, 101 + IN_MEMORY_OF_A_ROOM)) arrives(entry(id));
    expect(takeAll("!a")).toEqual(numbers(101, 101 + IN_MEMORY_OF_A_ROOM));
    expect(reads).toEqual([`!a after ${100 + IN_MEMORY_OF_A_ROOM}`]);
    expect([...rooms.ids()]).toEqual([]);
  });

  it("is bounded in memory over all rooms, and nothing that was taken is read again for it", () => {
    const { arrives, rooms, reads, takeAll } = setUp();
    arrives(entry(1, "!late"));
    expect(rooms.take("!late")?.id).toBe(1);
    for (const id of numbers(2, IN_MEMORY + 1)) arrives(entry(id, `!${id}`));
    arrives(entry(IN_MEMORY + 2, "!late"));
    expect(takeAll("!late")).toEqual([IN_MEMORY + 2]);
    expect(reads).toEqual([`!late after ${IN_MEMORY + 1}`]);
  });

  it("gives the room its turn that was served longest ago", () => {
    const { arrives, rooms } = setUp();
    for (const id of [1, 2]) for (const roomId of ["!a", "!b", "!c"]) arrives(entry(id, roomId));
    expect(rooms.take("!a")?.id).toBe(1);
    expect([...rooms.ids()]).toEqual(["!b", "!c", "!a"]);
  });

  it("begins with what was put back", () => {
    const { arrives, rooms, takeAll } = setUp();
    for (const id of [1, 2, 3]) arrives(entry(id));
    const first = rooms.take("!a");
    rooms.putBack(first as InboxEntry);
    expect(takeAll("!a")).toEqual([1, 2, 3]);
    rooms.putBack(entry(1));
    expect(takeAll("!a")).toEqual([1]);
  });

  it("passes over what is not to run now, page after page, and forgets a room where that is all", () => {
    const onDisk = numbers(1, 100).map((id) => entry(id));
    const { rooms, takeAll } = setUp({ onDisk, admit: (entries) => entries.filter(({ id }) => id > 98) });
    expect(rooms.first("!a")?.id).toBe(99);
    expect(takeAll("!a")).toEqual([99, 100]);
    expect([...rooms.ids()]).toEqual([]);
    const none = setUp({ onDisk, admit: () => [] });
    expect(none.rooms.first("!a")).toBeUndefined();
    expect([...none.rooms.ids()]).toEqual([]);
  });
});
