import { createBoundedTurns } from "./bounded-turns.ts";
import type { Programs } from "./programs.ts";

const AT_ONCE = 4;
const MAX_WAITING = 100;

/** Bounds what one instance runs: 4 programs at once, the others wait; `LIMIT` where more than 100 do. */
export function limitPrograms(programs: Programs): Programs {
  const turn = createBoundedTurns("programs", AT_ONCE, MAX_WAITING);

  return {
    async run(request, dataDir, signal) {
      const end = await turn(signal);
      try {
        return await programs.run(request, dataDir, signal);
      } finally {
        end();
      }
    },
  };
}
