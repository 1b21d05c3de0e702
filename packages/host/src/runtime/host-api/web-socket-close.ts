import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Begins to close a WebSocket; that it is closed is received as its last event. */
export const webSocketClose = defineMethod({
  name: "web-socket.close",
  permission: "network",
  params: Type.Object({
    socket: Type.String(),
    code: Type.Optional(Type.Union([Type.Literal(1000), Type.Integer({ minimum: 3000, maximum: 4999 })])),
    reason: Type.Optional(Type.String({ maxLength: 123 })),
  }),
  run(scope, { socket, code, reason = "" }) {
    scope.webSockets.close(socket, code, reason);
    return null;
  },
});
