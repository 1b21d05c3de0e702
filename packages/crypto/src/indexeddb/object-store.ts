import { deserialize, serialize } from "node:v8";
import { IDBCursorWithValue } from "./cursor.ts";
import { domError, notSupported } from "./errors.ts";
import type { SqliteFile } from "./file.ts";
import { IDBIndex } from "./index-of-store.ts";
import { decodeKey, encodeKey } from "./key.ts";
import { spanOf } from "./key-range.ts";
import { type Names, sortedNames } from "./names.ts";
import type { IDBRequest } from "./request.ts";
import type { StoreSchema } from "./schema.ts";
import type { IDBTransaction } from "./transaction.ts";

/** A store within a transaction. Its keys stand beside the values, never in them. */
export class IDBObjectStore {
  readonly keyPath = null;
  readonly autoIncrement = false;
  readonly transaction: IDBTransaction;
  readonly #schema: StoreSchema;
  readonly #file: SqliteFile;

  constructor(schema: StoreSchema, transaction: IDBTransaction, file: SqliteFile) {
    this.#schema = schema;
    this.transaction = transaction;
    this.#file = file;
  }

  get name(): string {
    return this.#schema.name;
  }

  get indexNames(): Names {
    return sortedNames(this.#schema.indexes.keys());
  }

  put(value: unknown, key: unknown): IDBRequest {
    return this.#write(value, key, false);
  }

  /** Fails with `ConstraintError` where the key is there already. */
  add(value: unknown, key: unknown): IDBRequest {
    return this.#write(value, key, true);
  }

  #write(value: unknown, key: unknown, isNew: boolean): IDBRequest {
    this.transaction.assertWritable();
    const [encoded, bytes] = [encodeKey(key), clone(value)];
    // Those that it has now: one that is made later is filled with what is there then.
    const indexes = [...this.#schema.indexes.values()];
    return this.transaction.ask(this, () => {
      this.#file.records.put(this.#schema, indexes, encoded, bytes, isNew);
      return decodeKey(encoded);
    });
  }

  delete(query: unknown): IDBRequest {
    this.transaction.assertWritable();
    const span = spanOf(query, false);
    return this.transaction.ask(this, () => this.#delete(span));
  }

  clear(): IDBRequest {
    this.transaction.assertWritable();
    const span = spanOf(undefined, true);
    return this.transaction.ask(this, () => this.#delete(span));
  }

  #delete(span: ReturnType<typeof spanOf>): void {
    this.#file.records.delete(this.#schema, [...this.#schema.indexes.values()], span);
  }

  get(query: unknown): IDBRequest {
    this.transaction.assertOpen();
    const span = spanOf(query, false);
    return this.transaction.ask(this, () => {
      const [row] = this.#file.records.rows({ store: this.#schema }, span, 1);
      return row && deserialize(row.value);
    });
  }

  getAll(query?: unknown, count?: number): IDBRequest {
    this.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.transaction.ask(this, () =>
      this.#file.records
        .rows({ store: this.#schema }, span, count || undefined)
        .map(({ value }) => deserialize(value)),
    );
  }

  getAllKeys(query?: unknown, count?: number): IDBRequest {
    this.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.transaction.ask(this, () =>
      this.#file.records.keys({ store: this.#schema }, span, count || undefined).map(decodeKey),
    );
  }

  count(query?: unknown): IDBRequest {
    this.transaction.assertOpen();
    const span = spanOf(query, true);
    return this.transaction.ask(this, () => this.#file.records.count({ store: this.#schema }, span));
  }

  openCursor(query?: unknown, direction = "next"): IDBRequest {
    if (direction !== "next") throw notSupported(`cursor with the direction "${direction}"`);
    this.transaction.assertOpen();
    return IDBCursorWithValue.open(this, this, { store: this.#schema }, this.#file, spanOf(query, true));
  }

  index(name: string): IDBIndex {
    this.transaction.assertUnfinished();
    const index = this.#schema.indexes.get(name);
    if (index === undefined) throw domError("NotFoundError", `"${this.name}" has no index "${name}".`);
    return new IDBIndex(this, { store: this.#schema, index }, this.#file);
  }

  createIndex(
    name: string,
    keyPath: string | string[],
    options: { unique?: boolean; multiEntry?: boolean } = {},
  ): IDBIndex {
    if (options.multiEntry) throw notSupported("index with many entries for a record");
    if (this.transaction.mode !== "versionchange") {
      throw domError("InvalidStateError", "Indexes are made while a database is taken to a new version.");
    }
    this.transaction.assertOpen();
    if (this.#schema.indexes.has(name)) {
      throw domError("ConstraintError", `"${this.name}" has an index "${name}" already.`);
    }
    const isUnique = options.unique ?? false;
    const path = Array.isArray(keyPath) ? keyPath.map(String) : String(keyPath);
    const index = this.#file.schemas.createIndex(this.#schema, { name, keyPath: path, isUnique });
    this.#schema.indexes.set(name, index);
    this.transaction.enqueue({ run: () => this.#file.records.fill(this.#schema, index) });
    return new IDBIndex(this, { store: this.#schema, index }, this.#file);
  }

  deleteIndex(): never {
    throw notSupported("deletion of indexes");
  }

  openKeyCursor(): never {
    throw notSupported("cursor over keys alone");
  }

  getKey(): never {
    throw notSupported("getKey");
  }
}

function clone(value: unknown): Buffer {
  try {
    return serialize(value);
  } catch (error) {
    throw domError("DataCloneError", (error as Error).message);
  }
}
