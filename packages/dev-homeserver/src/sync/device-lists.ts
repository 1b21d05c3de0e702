import type { Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { DeviceListChangeStore } from "../store/device-list-changes.ts";
import type { Stream } from "../store/stream.ts";

/** Whose devices a client has to ask for anew, and whose it need not know any longer. */
export interface DeviceListNews {
  readonly changed: string[];
  readonly left: string[];
}

/** Tells users of the devices of those they share a room with. Source: client-server API, "Tracking the device list for a user". */
export interface DeviceLists {
  /** Notes that the devices or the identity of a user have changed, and wakes whom it concerns. */
  note(userId: string): void;
  /** What a user has to be told of since then. Users without keys are not spoken of. */
  since(userId: string, position: number): DeviceListNews;
}

export interface DeviceListParts {
  readonly rooms: Rooms;
  readonly changes: DeviceListChangeStore;
  readonly stream: Stream;
  readonly wake: (userId: string) => void;
}

const NOTHING: DeviceListNews = { changed: [], left: [] };

export function createDeviceLists({ rooms, changes, stream, wake }: DeviceListParts): DeviceLists {
  const joinedBy = (userId: string): Room[] =>
    [...rooms.of(userId).values()].flatMap(({ room, membership }) => (membership === "join" ? room : []));

  const share = (userId: string, other: string): boolean =>
    userId === other || joinedBy(userId).some((room) => room.joined.has(other));

  /** Those who came into a room with the user, or went out of one, since then. */
  function* met(userId: string, position: number): Generator<string> {
    for (const { room, membership, since } of rooms.of(userId).values()) {
      if (since > position) yield* room.joined;
      else if (membership === "join" && room.lastMemberPosition > position)
        for (const other of room.members.keys())
          if ((room.membershipsOf(other).at(-1)?.position ?? 0) > position) yield other;
    }
  }

  return {
    note(userId) {
      changes.put(userId, stream.next());
      wake(userId);
      for (const room of joinedBy(userId)) for (const other of room.joined) wake(other);
    },
    since(userId, position) {
      if (changes.last.size === 0) return NOTHING;
      const changed = new Set<string>();
      const left = new Set<string>();
      for (const [other, at] of changes.last) if (at > position && share(userId, other)) changed.add(other);
      for (const other of met(userId, position))
        if (other !== userId && changes.last.has(other)) (share(userId, other) ? changed : left).add(other);
      return { changed: [...changed], left: [...left] };
    },
  };
}
