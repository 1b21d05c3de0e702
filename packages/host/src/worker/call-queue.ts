/**
 * Has so many calls under way at once; those beyond wait, in the order in which they were made. What waits lies in
 * the memory of the worker that made it, which is bounded.
 */
export function createCallQueue(atOnce: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting = new Set<() => void>();
  let underWay = 0;

  function next(): void {
    underWay--;
    for (const begin of waiting) {
      waiting.delete(begin);
      begin();
      return;
    }
  }

  return (call) =>
    new Promise((resolve, reject) => {
      const begin = () => {
        underWay++;
        const done = call();
        done.then(resolve, reject);
        done.then(next, next);
      };
      if (underWay < atOnce) begin();
      else waiting.add(begin);
    });
}
