import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { InRoom, targetRoom } from "./target-room.ts";

/** Sends an event into the room of a delivery, or from a schedule into any. Room state and redactions have methods of their own. */
export const eventSend = defineMethod({
  name: "event.send",
  params: Type.Object({
    ...InRoom,
    type: Type.String({ minLength: 1, maxLength: 255, pattern: "^(?!m\\.room\\.redaction$)" }),
    content: Type.Unsafe<JsonObject>(Type.Object({})),
  }),
  async run(scope, { delivery: id, roomId, type, content }) {
    const delivery = scope.delivery(id);
    return { eventId: await scope.writer.send(delivery, type, content, targetRoom(delivery, roomId)) };
  },
});
