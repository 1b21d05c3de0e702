import { Type } from "typebox";
import { MAX_MESSAGE } from "../network.ts";
import { defineMethod } from "./method.ts";

/** Sends a message, text or bytes; answers when it is on its way. */
export const webSocketSend = defineMethod({
  name: "web-socket.send",
  permission: "network",
  params: Type.Object({
    socket: Type.String(),
    message: Type.Union([
      Type.Object({ text: Type.String({ maxLength: MAX_MESSAGE }) }),
      Type.Object({ base64: Type.String({ maxLength: 2 * MAX_MESSAGE }) }),
    ]),
  }),
  async run(scope, { socket, message }) {
    await scope.webSockets.send(socket, message);
    return null;
  },
});
