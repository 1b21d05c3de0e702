import { onTestFinished } from "vitest";
import { eventually } from "./eventually.ts";

const LIBC = {
  socket: { arguments: ["int32", "int32", "int32"], return: "int32" },
  bind: { arguments: ["int32", "buffer", "uint32"], return: "int32" },
  recv: { arguments: ["int32", "buffer", "uint64", "int32"], return: "int64" },
  close: { arguments: ["int32"], return: "int32" },
} as const;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** What systemd is to a service that says how it is: a datagram socket of Unix, at a path. */
export function listenForNotifications(path: string) {
  const { functions } = process.getBuiltinModule("node:ffi").dlopen(null, LIBC);
  const socket = functions.socket(AF_UNIX, SOCK_DGRAM, 0);
  onTestFinished(() => void functions.close(socket));
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(path)]);
  if (functions.bind(socket, address, address.length) !== 0)
    throw new Error(`nothing can be bound to ${path}`);

  const buffer = Buffer.alloc(4_096);
  function received(): string | null {
    const length = Number(functions.recv(socket, buffer, BigInt(buffer.length), MSG_DONTWAIT));
    return length < 0 ? null : buffer.toString("utf8", 0, length);
  }
  return {
    /** The next message, if one is there already. */
    received,
    /** The next message, when it comes. */
    next: () => eventually("a message to the service manager", received),
  };
}
