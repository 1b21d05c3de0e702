import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TestCertificate } from "./certificate.ts";

/** A proxy on loopback behind which a few TLS hosts are played by a request listener. */
export interface TlsProxy {
  /** For `https_proxy`. */
  url: string;
  /** Hosts and ports that were asked for and are not played here; those requests got a 403. */
  refused: string[];
  close(): Promise<void>;
}

/** @param plays whether `listener` answers for a host; no other host is ever connected to */
export async function startTlsProxy(
  certificate: TestCertificate,
  plays: (host: string) => boolean,
  listener: RequestListener,
): Promise<TlsProxy> {
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const site = createTlsServer({ key: certificate.key, cert: certificate.cert }, listener);

  const proxy = createServer((request, response) => {
    refused.push(request.url ?? "");
    response.writeHead(403).end();
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy()); // a client that went away is no error of the test
  });
  proxy.on("connect", (request, socket: Socket, head) => {
    const target = request.url ?? "";
    if (!plays(target.replace(/:443$/, ""))) {
      refused.push(target);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    site.emit("connection", socket);
  });

  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
