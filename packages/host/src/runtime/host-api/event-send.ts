import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { AppError, reasonOf } from "../../errors.ts";
import { checkContentSize } from "../../matrix/event-size.ts";
import { actingUser } from "./acting-user.ts";
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
  async run(scope, { delivery: id, roomId: named, as, type, content }) {
    const delivery = scope.delivery(id);
    checkSize(content);
    const roomId = targetRoom(delivery, named);
    return {
      eventId: await scope.writer.send(delivery, type, content, roomId, actingUser(scope, delivery, as)),
    };
  },
});

function checkSize(content: JsonObject): void {
  let size: number;
  try {
    size = JSON.stringify(content).length;
  } catch (cause) {
    throw new AppError("BAD_REQUEST", `The content cannot be written as JSON: ${reasonOf(cause)}`, { cause });
  }
  checkContentSize(size);
}
