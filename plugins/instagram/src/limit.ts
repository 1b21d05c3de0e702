/** Runs at most `count` pieces of work at once; the others wait in the order they came. */
export function createLimit(count: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function limit<T>(work: () => Promise<T>): Promise<T> {
    if (running < count) running += 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
