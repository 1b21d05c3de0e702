import type { RoomEvent } from "./event.ts";
import type { Room, Since } from "./room.ts";

/**
 * Whether a user may see an event.
 * Source: client-server API, "Room history visibility".
 */
export function canSee(room: Room, userId: string, event: RoomEvent): boolean {
  if (room.joined.has(userId) && alwaysShared(room)) return true;
  if (event.type === "m.room.member" && event.stateKey === userId) return true;
  const visibility = valueAt(room.visibilities, event.position) ?? "shared";
  if (visibility === "world_readable") return true;
  const memberships = room.membershipsOf(userId);
  const then = valueAt(memberships, event.position);
  if (then === "join") return true;
  if (visibility === "invited") return then === "invite";
  if (visibility === "shared")
    return memberships.some(({ position, value }) => value === "join" && position > event.position);
  return false;
}

/** Whether a user may see anything of the room beyond an invite: is or was in it, or all the world may. */
export function canPeek(room: Room, userId: string): boolean {
  if (room.joined.has(userId)) return true;
  if (room.membershipsOf(userId).some(({ value }) => value === "join")) return true;
  return room.visibilities.at(-1)?.value === "world_readable";
}

function alwaysShared(room: Room): boolean {
  return room.visibilities.every(({ value }) => value === "shared" || value === "world_readable");
}

function valueAt<Value>(history: readonly Since<Value>[], position: number): Value | undefined {
  return history.findLast((entry) => entry.position <= position)?.value;
}
