import { Type } from "typebox";
import { eventRoom } from "./event-room.ts";
import { defineMethod } from "./method.ts";

/** Whether a delivery's room is encrypted: each of its events tells as much. */
export const roomEncrypted = defineMethod({
  name: "room.encrypted",
  params: Type.Object({ delivery: Type.Integer() }),
  async run(scope, { delivery }) {
    return { encrypted: await scope.room(eventRoom(scope.delivery(delivery))).encrypted() };
  },
});
