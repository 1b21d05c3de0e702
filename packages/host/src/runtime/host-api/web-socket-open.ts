import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/** Connects a compartment's `WebSocket` to a granted host. */
export const webSocketOpen = defineMethod({
  name: "web-socket.open",
  permission: "network",
  params: Type.Object({
    url: Type.String({ minLength: 1, maxLength: 8192 }),
    protocols: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 16 }),
  }),
  run: (scope, { url, protocols }) =>
    scope.webSockets.open(() => scope.network.connect(url, protocols, scope.granted.network)),
});
