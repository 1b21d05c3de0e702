import { chmodSync, closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { type Records, records } from "./records.ts";
import { type Schemas, schemas } from "./schema.ts";

/** What waits for its turn on a file. */
export interface Turn {
  /** Begins; the next one comes when `done` is called. */
  begin(done: () => void): void;
}

/** One account's file: any number of IndexedDB databases, one transaction at a time. */
export interface SqliteFile {
  readonly records: Records;
  readonly schemas: Schemas;
  /** Begins an SQL transaction: for writing, with the lock taken at once. */
  begin(isWriting: boolean): void;
  /** On return, what was written is on the disk. */
  commit(): void;
  rollback(): void;
  /** Has the transaction an end still to come? SQLite may have taken it back by itself. */
  readonly isInTransaction: boolean;
  /** What SQLite last refused, since it was opened: a full disk, say. What was done then did not become lasting. */
  readonly failure: Error | undefined;
  failed(error: Error): void;
  /** Puts the turn at the queue's end. */
  enqueue(turn: Turn): void;
  /** Closes it when all that waits is done. */
  close(): Promise<void>;
}

const TABLES = `
CREATE TABLE IF NOT EXISTS databases (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS stores (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  database_id INTEGER NOT NULL,
  name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS indexes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  store_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  key_path TEXT NOT NULL,
  is_unique INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS records (
  store_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (store_id, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
  index_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  primary_key BLOB NOT NULL,
  PRIMARY KEY (index_id, key, primary_key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_of_record ON entries (index_id, primary_key);
`;

/** For one that is just being closed. Who else has the file keeps it. */
const BUSY_MS = 500;

/**
 * Opens the file, or makes it, for its owner alone.
 *
 * @throws what SQLite says, where the file is another process's, is damaged, or cannot be made
 */
export function openSqliteFile(path: string): SqliteFile {
  // Before SQLite makes it, so that it and the files beside it never were readable to others.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const database = new Database(path, { timeout: BUSY_MS });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    database.pragma("journal_mode = WAL");
    // A ratchet that a power cut turned back would be used twice.
    database.pragma("synchronous = FULL");
    database.pragma("secure_delete = ON");
    database.exec(TABLES);
  } catch (error) {
    database.close();
    throw error;
  }

  const waiting: Turn[] = [];
  let isBusy = false;
  let closed: (() => void) | undefined;
  let failure: Error | undefined;

  function next(): void {
    const turn = waiting.shift();
    isBusy = turn !== undefined;
    if (turn !== undefined) turn.begin(() => setImmediate(next));
    else closed?.();
  }

  return {
    records: records(database),
    schemas: schemas(database),
    begin: (isWriting) => void database.exec(isWriting ? "BEGIN IMMEDIATE" : "BEGIN"),
    commit: () => void database.exec("COMMIT"),
    rollback: () => {
      if (database.inTransaction) database.exec("ROLLBACK");
    },
    get isInTransaction() {
      return database.inTransaction;
    },
    get failure() {
      return failure;
    },
    failed(error) {
      failure = error;
    },
    enqueue(turn) {
      if (closed !== undefined) throw new Error(`${path} is closed.`);
      waiting.push(turn);
      if (isBusy) return;
      isBusy = true;
      // What was asked in the same task comes before the transaction begins, as IndexedDB has it.
      setImmediate(next);
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        closed = resolve;
        if (!isBusy) resolve();
      });
      database.close();
    },
  };
}
