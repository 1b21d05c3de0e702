/** What SQLite keeps, and how it comes to JavaScript: an integer beyond 2^53 as a `bigint`. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** Values for `?` in their order, or one object for `:name`, `$name` and `@name`. */
export type SqlParameters = SqlValue[] | [Record<string, SqlValue>];

/**
 * What an instance asks of its database. `depth` is how many transactions it believes to be in: where
 * the database was ended in between, a statement must not run outside of the one it was written for.
 */
export type DatabaseRequest =
  | { op: "run" | "get" | "all"; sql: string; params: SqlParameters; depth: number }
  | { op: "begin" | "commit" | "rollback"; depth: number };

export interface RunResult {
  changes: number;
  lastInsertRowid: number | bigint;
}

export type SqlRow = Record<string, SqlValue>;

/** The rows, the result of `run`, or what SQLite says; `sqlite` is its extended result code. */
export type DatabaseAnswer =
  | { ok: RunResult | SqlRow | SqlRow[] | null }
  | { error: string; sqlite?: number };
