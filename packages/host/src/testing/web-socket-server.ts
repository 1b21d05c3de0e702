import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

/** A WebSocket server on the loopback that does with each connection as told, and ends with the test. */
export async function startWebSocketServer(
  onConnection: (socket: WebSocket, request: IncomingMessage) => void,
  options: { perMessageDeflate?: boolean; handleProtocols?: () => string } = {},
) {
  const server = createServer();
  const sockets = new WebSocketServer({ server, ...options });
  const asked: IncomingMessage[] = [];
  server.on("upgrade", (request) => asked.push(request));
  sockets.on("connection", (socket, request) => {
    socket.on("error", () => undefined);
    onConnection(socket, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `ws://${host}`, server, sockets, asked };
}
