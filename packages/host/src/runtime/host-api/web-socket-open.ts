import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { whileReachable } from "./while-reachable.ts";

/** Connects a compartment's `WebSocket` to a granted host, and ends it where that is granted no more. */
export const webSocketOpen = defineMethod({
  name: "web-socket.open",
  permission: "network",
  params: Type.Object({
    url: Type.String({ minLength: 1, maxLength: 8192 }),
    protocols: Type.Array(Type.String({ maxLength: 256 }), { maxItems: 16 }),
  }),
  run: (scope, { url, protocols }) =>
    new Promise((resolve, reject) => {
      whileReachable(scope, url, async ({ signal, onTarget }) => {
        const connect = () => {
          const socket = scope.network.connect(url, protocols, scope.granted.network);
          onTarget(new URL(socket.url));
          return socket;
        };
        const { closed, ...opened } = await scope.webSockets.open(connect, signal);
        resolve(opened);
        await closed;
        // That an open one was ended by the operator, the plugin receives as its close.
      }).catch(reject);
    }),
});
