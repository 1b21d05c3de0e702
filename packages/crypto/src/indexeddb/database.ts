import { domError, notSupported } from "./errors.ts";
import { type Handler, HandlerTarget } from "./event-target.ts";
import type { SqliteFile } from "./file.ts";
import { type Names, sortedNames } from "./names.ts";
import { IDBObjectStore } from "./object-store.ts";
import type { StoreSchema } from "./schema.ts";
import { IDBTransaction, type Mode } from "./transaction.ts";

/** A connection to a database. */
export class IDBDatabase extends HandlerTarget {
  readonly name: string;
  version: number;
  schema: Map<string, StoreSchema>;
  readonly #file: SqliteFile;
  #upgrade: IDBTransaction | undefined;
  #isClosed = false;
  readonly #onClose: (closed: IDBDatabase) => void;

  constructor(name: string, version: number, file: SqliteFile, onClose: (closed: IDBDatabase) => void) {
    super();
    this.name = name;
    this.version = version;
    this.#file = file;
    this.#onClose = onClose;
    this.schema = file.schemas.load(name);
  }

  get objectStoreNames(): Names {
    return sortedNames(this.schema.keys());
  }

  transaction(names: string | Iterable<string>, mode: Mode = "readonly"): IDBTransaction {
    if (this.#upgrade !== undefined) throw domError("InvalidStateError", "The database is being upgraded.");
    if (this.#isClosed) throw domError("InvalidStateError", `The connection to "${this.name}" is closed.`);
    if (mode !== "readonly" && mode !== "readwrite") throw new TypeError(`There is no mode "${mode}".`);
    const scope = typeof names === "string" ? [names] : [...new Set(names)].map(String);
    if (scope.length === 0) throw domError("InvalidAccessError", "A transaction has one store at least.");
    for (const name of scope) {
      if (!this.schema.has(name)) throw domError("NotFoundError", `"${this.name}" has no store "${name}".`);
    }
    return new IDBTransaction(this, this.#file, scope, mode);
  }

  createObjectStore(name: string, options?: { keyPath?: unknown; autoIncrement?: boolean }): IDBObjectStore {
    if (options?.autoIncrement || (options?.keyPath ?? null) !== null) {
      throw notSupported("store whose keys stand in its values or are made by it");
    }
    const upgrade = this.#upgrading();
    if (this.schema.has(name)) {
      throw domError("ConstraintError", `"${this.name}" has a store "${name}" already.`);
    }
    const store = this.#file.schemas.createStore(this.name, name);
    this.schema.set(name, store);
    return new IDBObjectStore(store, upgrade, this.#file);
  }

  deleteObjectStore(name: string): void {
    const upgrade = this.#upgrading();
    const store = this.schema.get(name);
    if (store === undefined) throw domError("NotFoundError", `"${this.name}" has no store "${name}".`);
    const everything = new IDBObjectStore(store, upgrade, this.#file);
    everything.clear();
    this.#file.schemas.deleteStore(store);
    this.schema.delete(name);
  }

  #upgrading(): IDBTransaction {
    if (this.#upgrade === undefined) {
      throw domError("InvalidStateError", "Stores are made while a database is taken to a new version.");
    }
    this.#upgrade.assertOpen();
    return this.#upgrade;
  }

  /** Of the library: between `upgradeneeded` and the end of its transaction. */
  set upgrade(transaction: IDBTransaction | undefined) {
    this.#upgrade = transaction;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onClose(this);
  }

  get onversionchange(): Handler {
    return this.handler("versionchange");
  }
  set onversionchange(handler: Handler) {
    this.setHandler("versionchange", handler);
  }
  get onclose(): Handler {
    return this.handler("close");
  }
  set onclose(handler: Handler) {
    this.setHandler("close", handler);
  }
  get onabort(): Handler {
    return this.handler("abort");
  }
  set onabort(handler: Handler) {
    this.setHandler("abort", handler);
  }
  get onerror(): Handler {
    return this.handler("error");
  }
  set onerror(handler: Handler) {
    this.setHandler("error", handler);
  }
}
