import { AppError } from "../errors.ts";

/**
 * Turns for what one instance has under way: so many at once, in the order in which they were asked
 * for. What is given ends the turn; it may be called once.
 *
 * @param what is limited, in the plural
 * @throws AppError (rejects) `LIMIT` where too many wait, `DEADLINE` where the signal ends the waiting
 */
export function createBoundedTurns(what: string, atOnce: number, maxWaiting: number) {
  const waiting = new Set<() => void>();
  let running = 0;

  function end(): void {
    const [next] = waiting;
    if (!next) {
      running--;
      return;
    }
    // It takes this turn over, so that `running` stays as it is.
    waiting.delete(next);
    next();
  }

  return async (signal: AbortSignal): Promise<() => void> => {
    if (running < atOnce) {
      running++;
      return end;
    }
    if (waiting.size >= maxWaiting) {
      const text = `${atOnce + maxWaiting} ${what} are under way already; await some of them first.`;
      throw new AppError("LIMIT", text);
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener("abort", give);
        resolve();
      };
      const give = () => {
        waiting.delete(begin);
        reject(new AppError("DEADLINE", `It was not begun in time: ${atOnce} ${what} were under way.`));
      };
      if (signal.aborted) return give();
      signal.addEventListener("abort", give, { once: true });
      waiting.add(begin);
    });
    return end;
  };
}
