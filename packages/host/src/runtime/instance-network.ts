import { AppError } from "../errors.ts";
import { createBoundedTurns } from "./bounded-turns.ts";
import type { Network } from "./network.ts";

/** The network as one instance has it. */
export type InstanceNetwork = Omit<Network, "close">;

const AT_ONCE = 8;
const MAX_WAITING = 100;
/** In bytes, of the bodies of all requests that are under way or wait. */
const MAX_BODIES = 32 * 1024 * 1024;

/**
 * Bounds what one instance has under way, so that it takes neither the others' share nor the host's
 * memory: 8 requests, until their answers are read; the others wait, but for no longer than their signals.
 *
 * @throws AppError (from `request`) `LIMIT` where more than 100 wait, or 32 MiB of bodies
 */
export function limitNetwork(network: Network): InstanceNetwork {
  const turn = createBoundedTurns("requests", AT_ONCE, MAX_WAITING);
  let bodies = 0;

  return {
    connect: (url, protocols, granted) => network.connect(url, protocols, granted),

    async request(request, granted) {
      const size = Buffer.byteLength(request.body ?? "");
      if (bodies + size > MAX_BODIES) {
        throw new AppError("LIMIT", `The bodies of requests under way are larger than ${MAX_BODIES} bytes.`);
      }
      bodies += size;
      try {
        const end = await turn(request.signal);
        try {
          const answer = await network.request(request, granted);
          if (answer.body.closed) end();
          else answer.body.once("close", end);
          return answer;
        } catch (error) {
          end();
          throw error;
        }
      } finally {
        bodies -= size;
      }
    },
  };
}
