import type { IDBDatabase } from "./database.ts";
import type { IDBFactory } from "./factory.ts";
import type { IDBRequest } from "./request.ts";

/** Two stores, of which a test writes to both or to none. */
export interface Pair {
  /** Resolves at `complete`. */
  write(number: number): Promise<void>;
  numbers(): Promise<{ left: unknown[]; right: unknown[]; byValue: unknown[] }>;
}

const answer = <T>(request: IDBRequest): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error);
  });

export async function openPair(factory: IDBFactory): Promise<Pair> {
  const opening = factory.open("pair", 1);
  opening.onupgradeneeded = () => {
    const database = opening.result as IDBDatabase;
    database.createObjectStore("left").createIndex("by value", "number", { unique: true });
    database.createObjectStore("right");
  };
  const database = await answer<IDBDatabase>(opening);
  return {
    write: (number) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(["left", "right"], "readwrite");
        transaction.objectStore("left").put({ number, filling: "x".repeat(500) }, number);
        transaction.objectStore("right").put({ number }, number);
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      }),
    async numbers() {
      const transaction = database.transaction(["left", "right"]);
      const [left, right] = [transaction.objectStore("left"), transaction.objectStore("right")];
      return {
        left: await answer<unknown[]>(left.getAllKeys()),
        right: await answer<unknown[]>(right.getAllKeys()),
        byValue: await answer<unknown[]>(left.index("by value").getAllKeys()),
      };
    },
  };
}
