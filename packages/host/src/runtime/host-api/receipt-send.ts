import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Marks the event of a delivery as read. */
export const receiptSend = defineMethod({
  name: "receipt.send",
  params: Type.Object({ delivery: Type.Integer() }),
  async run(scope, { delivery }) {
    const { roomId, eventId } = scope.delivery(delivery).entry;
    await scope.client.sendReadReceipt(roomId, eventId);
    return null;
  },
});
