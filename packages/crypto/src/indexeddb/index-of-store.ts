import { deserialize } from "node:v8";
import { IDBCursorWithValue } from "./cursor.ts";
import { notSupported } from "./errors.ts";
import type { SqliteFile } from "./file.ts";
import { decodeKey } from "./key.ts";
import { spanOf } from "./key-range.ts";
import type { IDBObjectStore } from "./object-store.ts";
import type { Source } from "./records.ts";
import type { IDBRequest } from "./request.ts";
import type { IndexSchema } from "./schema.ts";

/** A store's records by a property of their values. */
export class IDBIndex {
  readonly multiEntry = false;
  readonly objectStore: IDBObjectStore;
  readonly #source: Source & { index: IndexSchema };
  readonly #file: SqliteFile;

  constructor(store: IDBObjectStore, source: Source & { index: IndexSchema }, file: SqliteFile) {
    this.objectStore = store;
    this.#source = source;
    this.#file = file;
  }

  get name(): string {
    return this.#source.index.name;
  }

  get keyPath(): string | string[] {
    return this.#source.index.keyPath;
  }

  get unique(): boolean {
    return this.#source.index.isUnique;
  }

  get(query: unknown): IDBRequest {
    this.objectStore.transaction.assertOpen();
    const span = spanOf(query, false);
    return this.#ask(() => {
      const [row] = this.#file.records.rows(this.#source, span, 1);
      return row && deserialize(row.value);
    });
  }

  getAll(query?: unknown, count?: number): IDBRequest {
    this.objectStore.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.#ask(() =>
      this.#file.records.rows(this.#source, span, count || undefined).map(({ value }) => deserialize(value)),
    );
  }

  getAllKeys(query?: unknown, count?: number): IDBRequest {
    this.objectStore.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.#ask(() => this.#file.records.keys(this.#source, span, count || undefined).map(decodeKey));
  }

  count(query?: unknown): IDBRequest {
    this.objectStore.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.#ask(() => this.#file.records.count(this.#source, span));
  }

  openCursor(query?: unknown, direction = "next"): IDBRequest {
    if (direction !== "next") throw notSupported(`cursor with the direction "${direction}"`);
    this.objectStore.transaction.assertOpen();
    return IDBCursorWithValue.open(this, this.objectStore, this.#source, this.#file, spanOf(query, true));
  }

  openKeyCursor(): never {
    throw notSupported("cursor over keys alone");
  }

  getKey(): never {
    throw notSupported("getKey");
  }

  #ask(run: () => unknown): IDBRequest {
    return this.objectStore.transaction.ask(this, run);
  }
}
