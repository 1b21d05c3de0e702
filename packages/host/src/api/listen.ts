import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { connect } from "node:net";
import { AppError } from "../errors.ts";

/** The owner and the group of the folder's choosing; who may connect still has to sign in. */
const SOCKET_MODE = 0o660;
/** What the kernel has room for in a socket's address (unix(7)), without the closing zero. */
const MAX_SOCKET_BYTES = 107;

interface Listening {
  listen(where: { host: string; port: number } | { path: string }): Promise<unknown>;
}

/**
 * Opens the page and the API: on a Unix socket where one is named, else on a port of 127.0.0.1. A socket that a killed
 * host left is replaced; nothing else is.
 *
 * @throws AppError `CONFIG_INVALID` where something else is there
 */
export async function listen(api: Listening, where: { port: number; socket?: string }): Promise<void> {
  if (where.socket === undefined) return await listenOnPort(api, where.port);
  await makeRoom(where.socket);
  await api.listen({ path: where.socket });
  chmodSync(where.socket, SOCKET_MODE);
}

async function listenOnPort(api: Listening, port: number): Promise<void> {
  try {
    await api.listen({ host: "127.0.0.1", port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    const text = `Port ${port} on 127.0.0.1 is in use. End what uses it, or choose another with ROOKERY_PORT.`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}

async function makeRoom(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_BYTES) {
    const text = `The socket ${path} has a longer path than the system takes (${MAX_SOCKET_BYTES} bytes). Choose a shorter one.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) {
    const text = `The socket cannot be made: there is something else at ${path}. Choose another path for it.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  if (await isAnswered(path)) {
    const text = `Somebody listens at ${path} already. End that program, or choose another path for the socket.`;
    throw new AppError("CONFIG_INVALID", text);
  }
  unlinkSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve(false);
      else reject(error);
    });
  });
}
