import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { RoomId } from "./room-parameters.ts";

/** What a room is like now. */
export const roomInfo = defineMethod({
  name: "room.info",
  permission: "rooms: state",
  params: Type.Object({ roomId: RoomId }),
  run: (scope, { roomId }) => scope.room(roomId).info(),
});
