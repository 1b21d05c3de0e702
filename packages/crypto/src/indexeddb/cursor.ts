import { deserialize } from "node:v8";
import { domError, notSupported } from "./errors.ts";
import type { SqliteFile } from "./file.ts";
import type { IDBIndex } from "./index-of-store.ts";
import { BEFORE_ALL_KEYS, decodeKey, type Key, successor } from "./key.ts";
import type { Span } from "./key-range.ts";
import type { IDBObjectStore } from "./object-store.ts";
import type { Position, Row, Source } from "./records.ts";
import type { IDBRequest } from "./request.ts";

interface Walk {
  store: IDBObjectStore;
  from: Source;
  file: SqliteFile;
  to: Buffer;
}

/** Goes over a store or an index in the order of its keys, one record with each `continue()`. */
export class IDBCursor {
  readonly direction = "next";
  readonly source: IDBObjectStore | IDBIndex;
  #request: IDBRequest | undefined;
  readonly #walk: Walk;
  #row: Row;
  #isWaiting = false;

  protected constructor(source: IDBObjectStore | IDBIndex, walk: Walk, row: Row) {
    this.source = source;
    this.#walk = walk;
    this.#row = row;
  }

  /** Asks for the first record: the request's result is a cursor, or null where there is none. */
  static open(
    source: IDBObjectStore | IDBIndex,
    store: IDBObjectStore,
    from: Source,
    file: SqliteFile,
    { from: first, to }: Span,
  ): IDBRequest {
    const request: IDBRequest = store.transaction.ask(source, () => {
      const row = file.records.rowAt(from, { key: first, primaryKey: BEFORE_ALL_KEYS }, to);
      if (row === undefined) return null;
      const cursor = new IDBCursorWithValue(source, { store, from, file, to }, row);
      cursor.#request = request;
      return cursor;
    });
    return request;
  }

  get request(): IDBRequest | undefined {
    return this.#request;
  }

  get key(): Key {
    return decodeKey(this.#row.key);
  }

  get primaryKey(): Key {
    return decodeKey(this.#row.primaryKey);
  }

  protected get content(): unknown {
    return deserialize(this.#row.value);
  }

  continue(key?: unknown): void {
    if (key !== undefined) throw notSupported("continue with a key");
    this.#walk.store.transaction.assertOpen();
    const request = this.#request;
    if (this.#isWaiting || request === undefined) {
      throw domError("InvalidStateError", "The cursor is on its way already.");
    }
    const { store, from, file, to } = this.#walk;
    const at: Position = from.index
      ? { key: this.#row.key, primaryKey: successor(this.#row.primaryKey) }
      : { key: successor(this.#row.key), primaryKey: BEFORE_ALL_KEYS };
    const run = () => {
      this.#isWaiting = false;
      const row = file.records.rowAt(from, at, to);
      if (row === undefined) return null;
      this.#row = row;
      return this;
    };
    store.transaction.enqueue({ request, run });
    request.settle(undefined);
    this.#isWaiting = true;
  }

  /** Puts another value in the place of the present one. */
  update(value: unknown): IDBRequest {
    return this.#walk.store.put(value, this.primaryKey);
  }

  delete(): IDBRequest {
    return this.#walk.store.delete(this.primaryKey);
  }

  advance(): never {
    throw notSupported("advance");
  }

  continuePrimaryKey(): never {
    throw notSupported("continuePrimaryKey");
  }
}

/** A cursor that has the value, too. */
export class IDBCursorWithValue extends IDBCursor {
  get value(): unknown {
    return this.content;
  }
}
