import { createServer, type Server, type Socket } from "node:net";

/** One request, whole. */
export interface Request {
  method: string;
  /** With the query. */
  path: string;
  token: string;
  body: string;
  answer(json: string, status?: number): void;
}

/**
 * As much HTTP/1.1 as Matrix clients on the loopback speak, and no more: a server that costs a
 * fraction of its clients, so that what is measured is the clients.
 */
export function createFastServer(onRequest: (request: Request) => void): Server {
  return createServer({ noDelay: true }, (socket) => {
    let pending: Buffer = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const length = takeRequest(pending, socket, onRequest);
        if (length === 0) break;
        pending = pending.subarray(length);
      }
    });
  });
}

/** @returns the length of the request that was taken, 0 where it is not whole yet */
function takeRequest(bytes: Buffer, socket: Socket, onRequest: (request: Request) => void): number {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd === -1) return 0;
  const head = bytes.toString("latin1", 0, headEnd);
  const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  const end = headEnd + 4 + bodyLength;
  if (bytes.length < end) return 0;
  const [method = "", path = ""] = head.slice(0, head.indexOf("\r\n")).split(" ");
  onRequest({
    method,
    path,
    token: /\r\nauthorization: *Bearer ([^\r]*)/i.exec(head)?.[1] ?? "",
    body: bytes.toString("utf8", headEnd + 4, end),
    answer(json, status = 200) {
      const length = Buffer.byteLength(json);
      socket.write(
        `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${json}`,
      );
    },
  });
  return end;
}
