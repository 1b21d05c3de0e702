import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { DatabaseAnswer, DatabaseRequest, SqlRow, SqlValue } from "../protocol/database.ts";
import { toFailure } from "./failure.ts";
import { DATABASE_LIMITS } from "./limits.ts";
import { type Opened, openGuarded, versionOf } from "./open.ts";
import { createTransactions } from "./transactions.ts";

/** An instance's open database. */
export interface PluginDatabase {
  /** Never throws: what SQLite says is in the answer. */
  execute(request: DatabaseRequest): DatabaseAnswer;
  /** How many migrations it has had. */
  version(): number;
  inTransaction(): boolean;
  /** What was not committed is undone. */
  close(): void;
}

/** Opens an instance's database; `file` may be `:memory:`. */
export function openPluginDatabase(file: string, megabytes: number): PluginDatabase {
  return serveDatabase(openGuarded(file, megabytes), megabytes);
}

/** Answers what an instance asks of its open database. */
export function serveDatabase(opened: Opened, megabytes: number): PluginDatabase {
  const { db, authorizer } = opened;
  const transactions = createTransactions(opened);
  const statements = new Map<string, StatementSync>();

  /** Statements are kept by their text, those that were used last. */
  function prepared(sql: string): StatementSync {
    const found = statements.get(sql);
    statements.delete(sql);
    const statement = found ?? prepare(sql);
    statements.set(sql, statement);
    const [oldest] = statements.keys();
    if (statements.size > DATABASE_LIMITS.statements && oldest !== undefined) statements.delete(oldest);
    return statement;
  }

  function prepare(sql: string): StatementSync {
    if (sql.includes("\0")) throw new Error("A statement has no NUL character; give it as a parameter.");
    const statement = db.prepare(sql);
    // SQLite looks at the first statement only. What follows would be left out without a word.
    const rest = sql.slice(statement.sourceSQL.length).replaceAll(/--.*|\/\*[\s\S]*?\*\/|[\s;]/g, "");
    if (rest !== "") throw new Error("One call takes one statement. Make several calls in a transaction().");
    return statement;
  }

  function perform(request: DatabaseRequest) {
    if (!("sql" in request)) return transactions[request.op](request.depth);
    transactions.check(request.depth);
    const statement = prepared(request.sql);
    const params = request.params as unknown as SQLInputValue[];
    if (request.op === "all") return rowsOf(statement, params);
    if (request.op === "get") {
      const row = statement.get(...params);
      return row ? rowOf(row) : null;
    }
    const { changes, lastInsertRowid } = statement.run(...params);
    return { changes: Number(changes), lastInsertRowid: toValue(lastInsertRowid) as number | bigint };
  }

  return {
    execute(request) {
      try {
        return { ok: perform(request) };
      } catch (error) {
        return toFailure(error, authorizer, megabytes);
      }
    },
    version: () => versionOf(opened),
    inTransaction: () => db.isTransaction,
    close() {
      statements.clear();
      db.close();
    },
  };
}

function rowsOf(statement: StatementSync, params: SQLInputValue[]): SqlRow[] {
  const { rows: maxRows, answer: maxBytes } = DATABASE_LIMITS;
  const rows: SqlRow[] = [];
  let bytes = 0;
  for (const found of statement.iterate(...params)) {
    const row = rowOf(found);
    bytes += sizeOf(row);
    if (rows.length >= maxRows || bytes > maxBytes) {
      const text = `The answer has more than ${maxRows} rows or ${maxBytes / 1024 / 1024} MiB. Narrow it with WHERE or LIMIT.`;
      throw new Error(text);
    }
    rows.push(row);
  }
  return rows;
}

function sizeOf(row: SqlRow): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    bytes += typeof value === "string" || value instanceof Uint8Array ? value.length : 8;
  }
  return bytes;
}

function rowOf(row: Record<string, SqlValue>): SqlRow {
  for (const name of Object.keys(row)) row[name] = toValue(row[name] ?? null);
  return row;
}

/** Integers are read as bigints, since node:sqlite throws at those beyond 2^53; most become numbers. */
function toValue(value: SqlValue): SqlValue {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
