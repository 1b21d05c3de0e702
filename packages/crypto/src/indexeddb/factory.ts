import { IDBDatabase } from "./database.ts";
import { domError, notSupported } from "./errors.ts";
import type { SqliteFile } from "./file.ts";
import { encodeKey } from "./key.ts";
import { IDBOpenDBRequest, IDBVersionChangeEvent } from "./request.ts";
import { UpgradeTransaction } from "./upgrade.ts";

/** What `indexedDB` is: opens databases, each in the file that its name's prefix tells. */
export class IDBFactory {
  readonly #files = new Map<string, SqliteFile>();
  readonly #connections = new Map<string, Set<IDBDatabase>>();

  /**
   * From now on, databases whose names begin with this prefix are in that file.
   *
   * @throws Error where another file has this prefix
   */
  mount(prefix: string, file: SqliteFile): void {
    if (this.#files.has(prefix)) throw new Error(`The prefix "${prefix}" has a file already.`);
    this.#files.set(prefix, file);
  }

  /** Closes all connections to the prefix's databases. The file is for its opener to close. */
  unmount(prefix: string): void {
    this.#files.delete(prefix);
    for (const [name, connections] of this.#connections) {
      if (name.startsWith(prefix)) for (const connection of connections) connection.close();
    }
  }

  open(name: string, version?: number): IDBOpenDBRequest {
    if (version !== undefined && !(version >= 1)) throw new TypeError(`There is no version ${version}.`);
    const request = new IDBOpenDBRequest(null, null);
    const file = this.#fileOf(name);
    file.enqueue({
      begin: (done) => {
        try {
          this.#connect(request, file, name, version);
        } catch (error) {
          request.fail(error instanceof DOMException ? error : domError("UnknownError", String(error)));
        }
        done();
      },
    });
    return request;
  }

  #fileOf(name: string): SqliteFile {
    for (const [prefix, file] of this.#files) if (name.startsWith(prefix)) return file;
    throw notSupported(`file for a database of the name "${name}"`);
  }

  #connect(request: IDBOpenDBRequest, file: SqliteFile, name: string, wanted: number | undefined): void {
    const oldVersion = file.schemas.version(name);
    const version = wanted ?? Math.max(oldVersion, 1);
    if (version < oldVersion) {
      throw domError("VersionError", `"${name}" has version ${oldVersion}, which is above ${version}.`);
    }
    const connections = this.#connections.get(name) ?? new Set<IDBDatabase>();
    this.#connections.set(name, connections);
    if (version > oldVersion && connections.size > 0) {
      throw notSupported(`new version of a database ("${name}") to which there are connections`);
    }
    const database = new IDBDatabase(name, version, file, (closed) => void connections.delete(closed));
    connections.add(database);
    if (version === oldVersion) request.succeed(database);
    else this.#upgrade(request, database, file, oldVersion);
  }

  #upgrade(request: IDBOpenDBRequest, database: IDBDatabase, file: SqliteFile, oldVersion: number): void {
    const { name, version } = database;
    const upgrade = new UpgradeTransaction(database, file, () => {
      file.schemas.setVersion(name, version);
      request.settle({ result: database });
      request.transaction = upgrade;
      request.dispatchEvent(new IDBVersionChangeEvent("upgradeneeded", { oldVersion, newVersion: version }));
    });
    database.upgrade = upgrade;
    upgrade.addEventListener("complete", () => {
      database.upgrade = undefined;
      request.transaction = null;
      if (database.isClosed) request.fail(domError("AbortError", `The connection to "${name}" was closed.`));
      else request.succeed(database);
    });
    upgrade.addEventListener("abort", () => {
      database.close();
      request.transaction = null;
      request.fail(upgrade.error ?? domError("AbortError", `The upgrade of "${name}" was aborted.`));
    });
  }

  cmp(first: unknown, second: unknown): number {
    return Buffer.compare(encodeKey(first), encodeKey(second));
  }

  deleteDatabase(): never {
    throw notSupported("deletion of databases (delete the account's file)");
  }

  databases(): never {
    throw notSupported("list of databases");
  }
}
