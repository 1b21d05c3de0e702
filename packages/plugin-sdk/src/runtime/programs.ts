import type { Programs } from "../bot.ts";
import type { HostLink } from "./host-link.ts";

/** The host kills the program at its deadline; the answer needs a moment more to get here. */
const GRACE_MS = 5_000;

/** `bot.programs`: programs of the machine that the operator granted. */
export function createPrograms(host: HostLink): Programs {
  return {
    run(name, args, { timeoutMs = 30_000, maxOutputBytes = 1024 * 1024 } = {}) {
      return host.call("program.run", { name, args, timeoutMs, maxOutputBytes }, timeoutMs + GRACE_MS);
    },
  };
}
