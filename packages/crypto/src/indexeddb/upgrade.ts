import type { IDBDatabase } from "./database.ts";
import type { SqliteFile } from "./file.ts";
import { IDBTransaction } from "./transaction.ts";

/** The transaction in which a database's stores and indexes are made. */
export class UpgradeTransaction extends IDBTransaction {
  readonly #begun: () => void;

  constructor(db: IDBDatabase, file: SqliteFile, begun: () => void) {
    super(db, file, [], "versionchange");
    this.#begun = begun;
  }

  protected override onBegun(): void {
    this.#begun();
  }
}
