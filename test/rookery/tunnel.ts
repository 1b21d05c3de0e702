import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The more is read at first, the more the kernel takes by itself from then on: up to ten megabytes, so that all was sent. */
const FIRST_BYTES = 200_000;

/** A way to a host that takes the first part of what is sent in each direction at once, and more when it is opened. */
export interface Tunnel extends AsyncDisposable {
  url: string;
  open(): void;
}

export async function startTunnel(host: string): Promise<Tunnel> {
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(host);

  async function carry(from: Socket, to: Socket): Promise<void> {
    let carried = 0;
    for await (const part of from as AsyncIterable<Buffer>) {
      carried += part.length;
      if (carried > FIRST_BYTES) await isOpen;
      if (!to.write(part)) await once(to, "drain");
    }
    to.end();
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.once("close", () => sockets.delete(from));
      // One side that went away takes the other along.
      carry(from, to).catch(() => to.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    async [Symbol.asyncDispose]() {
      open();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
