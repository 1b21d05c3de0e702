import { closeSync, constants, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import { DATABASE_LIMITS } from "./limits.ts";

export interface Opened {
  db: DatabaseSync;
  authorizer: Authorizer;
}

const PAGE_BYTES = 4096;
/** Whoever had the file open for a host that was killed may take a moment to be gone. */
const BUSY_MS = 1_500;

/**
 * Opens a plugin's database with what keeps it in bounds: its size, no attached databases, no
 * extensions, no writing to the schema's own table, and the authorizer. The permission model of Node
 * does not look at what SQLite opens, so nothing but these rules keeps SQL in its file.
 *
 * @param busyMs how long to wait for another process that writes
 * @param file absolute path (made with the mode 0600 where it is not there; a link is refused), or `:memory:`
 */
export function openGuarded(file: string, megabytes: number, busyMs = BUSY_MS): Opened {
  if (file !== ":memory:") {
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
  }
  const { sql, value, columns, parameters } = DATABASE_LIMITS;
  const db = new DatabaseSync(file, {
    ...{ allowExtension: false, defensive: true, timeout: busyMs, readBigInts: true },
    limits: {
      ...{ attach: 0, length: value, sqlLength: sql, column: columns, variableNumber: parameters },
      ...{ vdbeOp: 1_000_000, triggerDepth: 100 },
    },
  });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA trusted_schema = OFF;
      PRAGMA cache_size = -1000;
      PRAGMA journal_size_limit = 4194304;
      PRAGMA max_page_count = ${Math.floor((megabytes * 1024 * 1024) / PAGE_BYTES)};`);
    const authorizer = createAuthorizer();
    db.setAuthorizer(authorizer.authorize);
    return { db, authorizer };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** How many migrations a database has had. */
export function versionOf({ db, authorizer }: Opened): number {
  db.setAuthorizer(null);
  try {
    return Number(db.prepare("PRAGMA user_version").get()?.user_version);
  } finally {
    db.setAuthorizer(authorizer.authorize);
  }
}
