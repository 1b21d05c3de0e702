import { IDBCursor, IDBCursorWithValue } from "./cursor.ts";
import { IDBDatabase } from "./database.ts";
import { IDBFactory } from "./factory.ts";
import { IDBIndex } from "./index-of-store.ts";
import { IDBKeyRange } from "./key-range.ts";
import { IDBObjectStore } from "./object-store.ts";
import { IDBOpenDBRequest, IDBRequest, IDBVersionChangeEvent } from "./request.ts";
import { IDBTransaction } from "./transaction.ts";

/** By name, since the wasm asks with `instanceof`. */
const CLASSES = {
  IDBCursor,
  IDBCursorWithValue,
  IDBDatabase,
  IDBFactory,
  IDBIndex,
  IDBKeyRange,
  IDBObjectStore,
  IDBOpenDBRequest,
  IDBRequest,
  IDBTransaction,
  IDBVersionChangeEvent,
};

const factory = new IDBFactory();
let users = 0;

/** The thread's `indexedDB`, for as long as it is needed. */
export interface Use {
  factory: IDBFactory;
  release(): void;
}

/**
 * Sets `indexedDB` and its classes as globals of this thread until the last user has released them.
 *
 * @throws Error where the thread has another `indexedDB`
 */
export function useIndexedDb(): Use {
  if (users === 0) {
    if ("indexedDB" in globalThis) throw new Error("This thread has an indexedDB already.");
    Object.assign(globalThis, CLASSES, { indexedDB: factory });
  }
  users++;
  return {
    factory,
    release() {
      users--;
      if (users > 0) return;
      for (const name of [...Object.keys(CLASSES), "indexedDB"]) Reflect.deleteProperty(globalThis, name);
    },
  };
}
