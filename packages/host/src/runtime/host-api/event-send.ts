import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Sends an event into the room of a delivery. Room state and redactions have methods of their own. */
export const eventSend = defineMethod({
  name: "event.send",
  params: Type.Object({
    delivery: Type.Integer(),
    type: Type.String({ minLength: 1, maxLength: 255, pattern: "^(?!m\\.room\\.redaction$)" }),
    content: Type.Unsafe<JsonObject>(Type.Object({})),
  }),
  async run(scope, { delivery, type, content }) {
    return { eventId: await scope.writer.send(scope.delivery(delivery), type, content) };
  },
});
