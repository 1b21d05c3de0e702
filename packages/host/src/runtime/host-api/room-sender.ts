import { Type } from "typebox";
import { eventRoom } from "./event-room.ts";
import { defineMethod } from "./method.ts";

/**
 * What the sender of a delivery's event may do in its room. That much needs no permission: it is about
 * somebody who turned to the bot, and lets it refuse them.
 */
export const roomSender = defineMethod({
  name: "room.sender",
  params: Type.Object({ delivery: Type.Integer() }),
  run(scope, { delivery }) {
    const found = scope.delivery(delivery);
    return scope.room(eventRoom(found)).powerOf(found.entry.sender);
  },
});
