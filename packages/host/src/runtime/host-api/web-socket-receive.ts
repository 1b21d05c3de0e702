import { Type } from "typebox";
import { defineMethod } from "./method.ts";

/**
 * What came since it was asked last; where nothing did, it answers when something does. So the worker
 * takes what it can, and what it leaves holds the other side up.
 */
export const webSocketReceive = defineMethod({
  name: "web-socket.receive",
  permission: "network",
  params: Type.Object({ socket: Type.String() }),
  run: (scope, { socket }) => scope.webSockets.receive(socket),
});
