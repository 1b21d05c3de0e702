import { forbidden } from "../errors.ts";
import type { Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { canPeek } from "../rooms/visibility.ts";

/** The room, if the user is in it. @throws MatrixError 403: whether the room exists is not told */
export function roomForMember(rooms: Rooms, roomId: string, userId: string): Room {
  const room = rooms.room(roomId);
  if (!room?.joined.has(userId)) throw forbidden(`You are not in the room ${roomId}`);
  return room;
}

/** The room, if the user may see something of its past. @throws MatrixError 403 */
export function roomForReader(rooms: Rooms, roomId: string, userId: string): Room {
  const room = rooms.room(roomId);
  if (!room || !canPeek(room, userId)) throw forbidden(`You are not in the room ${roomId}`);
  return room;
}

/** The last position a user may see: the end of the room, or where they left it. */
export function endFor(room: Room, userId: string): number {
  if (room.joined.has(userId) || room.visibilities.at(-1)?.value === "world_readable")
    return room.lastPosition;
  return room.membershipsOf(userId).at(-1)?.position ?? 0;
}
