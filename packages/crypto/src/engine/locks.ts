/** Runs what has the same name one after the other, in the order of the calls. */
export interface Locks {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function locks(): Locks {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(name, work) {
      const before = last.get(name);
      const result = before === undefined ? work() : before.then(work, work);
      last.set(name, result);
      const tidy = () => {
        if (last.get(name) === result) last.delete(name);
      };
      result.then(tidy, tidy);
      return result;
    },
  };
}
