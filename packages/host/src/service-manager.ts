import type { DynamicLibraryResult } from "node:ffi";
import { AppError } from "./errors.ts";

/** The one that started the host and waits to be told how it is: systemd's protocol, sd_notify(3). */
export interface ServiceManager {
  /** The host does its work. From now on the watchdog is told so too, if there is one, while `isAlive` says so. */
  ready(isAlive: () => boolean): void;
  /** The host is ending: nothing is told any more. */
  stopping(): void;
}

const LIBC = {
  socket: { arguments: ["int32", "int32", "int32"], return: "int32" },
  sendto: { arguments: ["int32", "buffer", "uint64", "int32", "buffer", "uint32"], return: "int64" },
  close: { arguments: ["int32"], return: "int32" },
} as const;
/** Linux' own figures, as systemd is Linux' own. */
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2_000_000;
const MSG_NOSIGNAL = 0x4000;

/**
 * Node has no datagram sockets of Unix, and one message is three calls of the C library: so by `node:ffi`
 * (docs/decisions/0033). What is told is taken out of the environment, so that no program of a plugin could say it.
 *
 * @returns `null` where no service manager waits for an answer
 * @throws AppError `CONFIG_INVALID` where it waits and this Node cannot tell it
 */
export function findServiceManager(env: NodeJS.ProcessEnv, pid = process.pid): ServiceManager | null {
  const { NOTIFY_SOCKET: path, WATCHDOG_USEC, WATCHDOG_PID } = env;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete env[name];
  if (path === undefined || path === "") return null;
  const send = openSocket(path);
  const isWatched = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid;
  const everyMs = isWatched ? Number(WATCHDOG_USEC ?? 0) / 1000 / 2 : 0;
  let watching: NodeJS.Timeout | undefined;

  return {
    ready(isAlive) {
      send("READY=1");
      if (!(everyMs > 0)) return;
      // It comes late or never where the event loop stands still, which is what is watched for.
      const tell = () => isAlive() && send("WATCHDOG=1");
      watching = setInterval(tell, everyMs).unref();
    },
    stopping() {
      clearInterval(watching);
      send("STOPPING=1");
    },
  };
}

/** @returns sends one message; where nobody listens any more, that is nothing to end the host for */
function openSocket(path: string): (text: string) => void {
  const { functions } = loadLibc();
  const address = socketAddress(path);
  return (text) => {
    const message = Buffer.from(text);
    const socket = functions.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    functions.sendto(socket, message, BigInt(message.length), MSG_NOSIGNAL, address, address.length);
    functions.close(socket);
  };
}

function loadLibc(): DynamicLibraryResult<typeof LIBC> {
  try {
    return process.getBuiltinModule("node:ffi").dlopen(null, LIBC);
  } catch (cause) {
    const text = `A service manager waits at NOTIFY_SOCKET, and Node ${process.versions.node} cannot tell it anything: that takes Node 26.1 or newer, on Linux. Start Rookery with that, or set Type=exec in its unit and take WatchdogSec= out.`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}

/** `struct sockaddr_un`: unix(7). An `@` at the beginning stands for the zero byte of an abstract address. */
function socketAddress(path: string): Buffer {
  const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : path);
  const address = Buffer.alloc(2 + name.length);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return address;
}
