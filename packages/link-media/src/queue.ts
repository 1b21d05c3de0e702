/** Why work is not taken: as much waits already as may. */
export class QueueFull extends Error {}

/**
 * Runs at most `atOnce` pieces of work; the others wait in the order they came.
 *
 * @param waiting how many may; all of them unless told
 * @throws QueueFull where more would
 */
export function createQueue(atOnce: number, waiting = Number.POSITIVE_INFINITY) {
  const line: (() => void)[] = [];
  let running = 0;
  return async function queued<T>(work: () => Promise<T>): Promise<T> {
    if (running < atOnce) running += 1;
    else if (line.length >= waiting) throw new QueueFull(`${waiting} pieces of work wait already.`);
    else await new Promise<void>((go) => line.push(go));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
