import { Type } from "typebox";
import { eventRoom } from "./event-room.ts";
import { defineMethod } from "./method.ts";

/** The name of the room of a delivery's event; `null` where it has none. */
export const roomName = defineMethod({
  name: "room.name",
  params: Type.Object({ delivery: Type.Integer() }),
  async run(scope, { delivery }) {
    return { name: await scope.room(eventRoom(scope.delivery(delivery))).name() };
  },
});
