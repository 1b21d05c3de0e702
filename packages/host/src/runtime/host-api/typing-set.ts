import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { targetRoom } from "./target-room.ts";

/** Shows the bot as typing in the room of a delivery; 0 ms ends it. */
export const typingSet = defineMethod({
  name: "typing.set",
  params: Type.Object({
    delivery: Type.Integer(),
    timeoutMs: Type.Integer({ minimum: 0, maximum: 120_000 }),
  }),
  async run(scope, { delivery, timeoutMs }) {
    await scope.client.setTyping(targetRoom(scope.delivery(delivery)), timeoutMs > 0, timeoutMs);
    return null;
  },
});
