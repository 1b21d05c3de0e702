import { helpText, type JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { eventRoom } from "./event-room.ts";
import { defineMethod } from "./method.ts";

/**
 * Answers `!help` with the commands of all instances of the account that act in the room. The host makes
 * the text, so that a plugin does not learn of the others what a person in the room does.
 */
export const helpSend = defineMethod({
  name: "help.send",
  params: Type.Object({
    delivery: Type.Integer(),
    about: Type.Optional(Type.String({ maxLength: 200 })),
    related: Type.Object(
      {
        "m.relates_to": Type.Unsafe<JsonObject>(Type.Object({})),
        "m.mentions": Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
      },
      { additionalProperties: false },
    ),
  }),
  async run(scope, { delivery: id, about, related }) {
    const delivery = scope.delivery(id);
    const { text, html } = helpText(scope.commands(eventRoom(delivery)), about);
    const content = {
      ...{ msgtype: "m.text", body: text, format: "org.matrix.custom.html", formatted_body: html },
      ...related,
    };
    return { eventId: await scope.writer.send(delivery, "m.room.message", content) };
  },
});
