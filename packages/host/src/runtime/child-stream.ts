import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/**
 * A pipe to a child that was just spawned. Where the host is out of file descriptors, `spawn` gives a child without any,
 * and its event `error` comes in the next tick: until then this is a dead end in the pipe's place, so that who listens
 * for the event hears of it.
 */
export function childStream(child: Pick<ChildProcess, "stdio">, fd: number): Socket {
  // Not as the types have it: there may be no array at all.
  const stdio = child.stdio as (unknown[] | undefined) & ChildProcess["stdio"];
  return (stdio?.[fd] ?? deadEnd()) as Socket;
}

/** Takes everything, gives nothing. */
function deadEnd(): Duplex {
  return new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
}
