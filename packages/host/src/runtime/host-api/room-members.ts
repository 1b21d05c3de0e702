import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { RoomId } from "./room-parameters.ts";

/** Who is in a room now. */
export const roomMembers = defineMethod({
  name: "room.members",
  permission: "rooms: state",
  params: Type.Object({ roomId: RoomId }),
  run: (scope, { roomId }) => scope.room(roomId).members(),
});
