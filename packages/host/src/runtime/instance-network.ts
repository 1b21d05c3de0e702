import { AppError } from "../errors.ts";
import type { Network, NetworkAnswer } from "./network.ts";

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
  const waiting = new Set<() => void>();
  let running = 0;
  let bodies = 0;

  /** Resolves when it is this request's turn. */
  async function turn(signal: AbortSignal): Promise<void> {
    if (running < AT_ONCE) {
      running++;
      return;
    }
    if (waiting.size >= MAX_WAITING) {
      const text = `${AT_ONCE + MAX_WAITING} requests are under way already; await some of them first.`;
      throw new AppError("LIMIT", text);
    }
    // Who ends hands its turn over, so that `running` stays as it is.
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener("abort", give);
        resolve();
      };
      const give = () => {
        waiting.delete(begin);
        reject(new AppError("DEADLINE", "The request was not begun in time: others were under way."));
      };
      if (signal.aborted) return give();
      signal.addEventListener("abort", give, { once: true });
      waiting.add(begin);
    });
  }

  function end(): void {
    const [next] = waiting;
    if (!next) {
      running--;
      return;
    }
    waiting.delete(next);
    next();
  }

  return {
    connect: (url, protocols, granted) => network.connect(url, protocols, granted),

    async request(request, granted) {
      const size = Buffer.byteLength(request.body ?? "");
      if (bodies + size > MAX_BODIES) {
        throw new AppError("LIMIT", `The bodies of requests under way are larger than ${MAX_BODIES} bytes.`);
      }
      bodies += size;
      try {
        await turn(request.signal);
        let answer: NetworkAnswer;
        try {
          answer = await network.request(request, granted);
        } catch (error) {
          end();
          throw error;
        }
        if (answer.body.closed) end();
        else answer.body.once("close", end);
        return answer;
      } finally {
        bodies -= size;
      }
    },
  };
}
