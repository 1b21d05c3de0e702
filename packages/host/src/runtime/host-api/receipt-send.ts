import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { targetRoom } from "./target-room.ts";

/** Marks the event of a delivery as read. */
export const receiptSend = defineMethod({
  name: "receipt.send",
  params: Type.Object({ delivery: Type.Integer() }),
  async run(scope, { delivery }) {
    const running = scope.delivery(delivery);
    await scope.client.sendReadReceipt(targetRoom(running), running.entry.eventId);
    return null;
  },
});
