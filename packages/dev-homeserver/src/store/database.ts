import SQLite from "better-sqlite3";
import { migrations } from "./migrations.ts";

/** Called once what was written is on disk, or with the reason why it is not. */
export type AfterCommit = (failure?: Error) => void;

/**
 * The server's SQLite file. Writes made in one turn of the event loop share one transaction (a commit
 * per request would be the largest cost of a send); nothing is answered before its commit.
 */
export interface Database {
  prepare<Parameters extends unknown[] = unknown[], Row = unknown>(
    sql: string,
  ): SQLite.Statement<Parameters, Row>;
  /** Makes sure that a transaction is open; called before every statement that writes. */
  begin(): void;
  /** Calls back after the open transaction's commit; at once when none is open. */
  afterCommit(callback: AfterCommit): void;
  /** Commits what is open and closes the file. */
  close(): void;
}

/**
 * Opens (and if need be creates or migrates) the database.
 * @throws Error when another process has it open, or a newer version has written it
 */
export function openDatabase(file: string): Database {
  const sqlite = new SQLite(file, { timeout: 500 });
  try {
    // What is in memory is only true as long as nobody else writes.
    sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("journal_mode = WAL");
  } catch (error) {
    sqlite.close();
    throw new Error(`cannot open ${file}; is another dev homeserver running on it?`, { cause: error });
  }
  sqlite.pragma("synchronous = NORMAL");
  sqlite.pragma("cache_size = -16000");
  // A checkpoint waits for the disk; one per 40 MB is seldom enough not to be felt.
  sqlite.pragma("wal_autocheckpoint = 10000");
  migrate(sqlite, file);

  const beginStatement = sqlite.prepare("BEGIN IMMEDIATE");
  const commitStatement = sqlite.prepare("COMMIT");
  let open = false;
  let failed: Error | undefined;
  let waiting: AfterCommit[] = [];

  function commit(): void {
    if (!open) return;
    open = false;
    try {
      commitStatement.run();
    } catch (error) {
      // What is in memory is now ahead of the disk: refuse all further work rather than lie.
      failed = new Error(`cannot write to ${file}; restart the dev homeserver`, { cause: error });
      if (sqlite.inTransaction) sqlite.exec("ROLLBACK");
    }
    const callbacks = waiting;
    waiting = [];
    for (const callback of callbacks) callback(failed);
  }

  return {
    prepare: (sql) => sqlite.prepare(sql),
    begin() {
      if (failed) throw failed;
      if (open) return;
      beginStatement.run();
      open = true;
      setImmediate(commit);
    },
    afterCommit(callback) {
      if (open) waiting.push(callback);
      else callback(failed);
    },
    close() {
      commit();
      sqlite.close();
    },
  };
}

function migrate(sqlite: SQLite.Database, file: string): void {
  const version = Number(sqlite.pragma("user_version", { simple: true }));
  if (version > migrations.length) {
    throw new Error(
      `${file} was written by a newer dev homeserver (version ${version}, this one knows ${migrations.length}); use the newer one or another data directory`,
    );
  }
  sqlite.transaction(() => {
    for (const step of migrations.slice(version)) sqlite.exec(step);
    sqlite.pragma(`user_version = ${migrations.length}`);
  })();
}
