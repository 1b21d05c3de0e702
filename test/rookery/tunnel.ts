import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** So much goes through at once. */
const FIRST_BYTES = 200_000;

/** A way to a host that takes the first part of what is sent in each direction at once, and more when it is opened. */
export interface Tunnel extends AsyncDisposable {
  /** `unix:` and its socket's path, as `--host` takes it. */
  url: string;
  open(): void;
}

/**
 * It begins at a Unix socket, which holds 200 kB. For a TCP connection the kernel takes as much as it finds right, by how
 * quickly it was read from before: up to tens of megabytes, so that all was sent.
 *
 * @param socket its path
 */
export async function startTunnel(host: string, socket: string): Promise<Tunnel> {
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
  }).listen(socket);
  await once(server, "listening");
  return {
    url: `unix:${socket}`,
    open,
    async [Symbol.asyncDispose]() {
      open();
      server.close();
      for (const each of sockets) each.destroy();
      await once(server, "close");
    },
  };
}
