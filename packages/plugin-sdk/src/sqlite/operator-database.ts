import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { DatabaseAnswer, SqlValue } from "../protocol/database.ts";
import { toFailure } from "./failure.ts";
import { type Opened, openGuarded, versionOf } from "./open.ts";

/** A statement of an operator's, or the rows of a table, from an offset on. */
export type OperatorQuestion = {
  /** Rows before those that are given. */
  offset: number;
  /** How many rows to give, and about how many bytes; one row is given however large it is. */
  rows: number;
  bytes: number;
} & ({ table: string } | { sql: string; params: readonly SqlValue[]; write: boolean });

export interface OperatorRows {
  columns: { name: string; type: string | null }[];
  rows: SqlValue[][];
  /** There are more rows than were given. */
  more: boolean;
  changes: number;
}

export interface DatabaseTable {
  name: string;
  /** As SQLite has it: `table`, `view`, `virtual`, `shadow`. */
  kind: string;
  /** `null` of a view, whose rows are only found by making them. */
  rows: number | null;
  /** Whether these are all; a million are counted at most. */
  counted: boolean;
  columns: { name: string; type: string; notNull: boolean; primaryKey: boolean }[];
}

export interface DatabaseTables {
  /** How many migrations it has had. */
  version: number;
  tables: DatabaseTable[];
}

type Refused = DatabaseAnswer & { error: string };

const READ_ONLY = 8;
const MAX_COUNTED = 1_000_000;
const MAX_TABLES = 500;
/** The plugin waits no longer for its own turn to write. */
const BUSY_MS = 1_000;

/**
 * Asks an instance's database on behalf of an operator, within the walls that hold for the plugin's own
 * SQL; nothing is written unless the question says so. A statement is a transaction of its own.
 *
 * @param file absolute path of a database that is there
 * @returns `null` where there is no such table
 */
export function askDatabase(
  file: string,
  megabytes: number,
  question: OperatorQuestion,
): OperatorRows | Refused | null {
  const write = "sql" in question && question.write;
  return withDatabase(file, megabytes, !write, ({ db, authorizer }) => {
    if ("table" in question) {
      if (!db.prepare(`${TABLES} AND name = ?`).get(question.table)) return null;
      const sql = `SELECT * FROM ${quoted(question.table)} LIMIT ? OFFSET ?`;
      const window = [question.rows + 1, question.offset];
      return collect(db.prepare(sql), window, { ...question, offset: 0 });
    }
    const { sql, params } = question;
    if (sql.includes("\0")) throw new Error("A statement has no NUL character; give it as a parameter.");
    const statement = db.prepare(sql);
    const rest = sql.slice(statement.sourceSQL.length).replaceAll(/--.*|\/\*[\s\S]*?\*\/|[\s;]/g, "");
    if (rest !== "") throw new Error("One query is one statement.");
    const found = collect(statement, params as SQLInputValue[], question);
    const counted = authorizer.trust(() => db.prepare("SELECT total_changes() AS n").get());
    return { ...found, changes: Number(counted?.n ?? 0) };
  });
}

/** What an instance's database has in it. */
export function listTables(file: string, megabytes: number): DatabaseTables | Refused {
  return withDatabase(file, megabytes, true, (opened) => {
    const { db } = opened;
    const found = db.prepare(`${TABLES} ORDER BY name LIMIT ${MAX_TABLES}`).all() as unknown as {
      name: string;
      type: string;
    }[];
    const tables = found.map(({ name, type }): DatabaseTable => {
      const columns = db.prepare('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?)').all(name);
      const limited = `SELECT count(*) AS n FROM (SELECT 1 FROM ${quoted(name)} LIMIT ${MAX_COUNTED + 1})`;
      const rows = type === "view" ? null : Number(db.prepare(limited).get()?.n ?? 0);
      return {
        ...{ name, kind: type, rows: rows === null ? null : Math.min(rows, MAX_COUNTED) },
        counted: rows !== null && rows <= MAX_COUNTED,
        columns: columns.map((column) => ({
          ...{ name: String(column.name), type: String(column.type) },
          ...{ notNull: column.notnull !== 0n, primaryKey: column.pk !== 0n },
        })),
      };
    });
    return { version: versionOf(opened), tables };
  });
}

const TABLES =
  "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

function withDatabase<T>(
  file: string,
  megabytes: number,
  readOnly: boolean,
  work: (opened: Opened) => T,
): T | Refused {
  const opened = openGuarded(file, megabytes, BUSY_MS);
  const { db, authorizer } = opened;
  try {
    db.setAuthorizer(null);
    if (readOnly) db.exec("PRAGMA query_only = ON");
    db.setAuthorizer(authorizer.authorize);
    return work(opened);
  } catch (error) {
    if (readOnly && (error as { errcode?: number }).errcode === READ_ONLY) {
      return { error: "The statement writes, and was to read only. Nothing was changed.", sqlite: READ_ONLY };
    }
    return toFailure(error, authorizer, megabytes);
  } finally {
    db.close();
  }
}

function collect(
  statement: StatementSync,
  params: SQLInputValue[],
  { offset, rows: maxRows, bytes: maxBytes }: Pick<OperatorQuestion, "offset" | "rows" | "bytes">,
): OperatorRows {
  const columns = statement.columns().map(({ name, type }) => ({ name, type }));
  if (columns.length === 0) {
    statement.run(...params);
    return { columns, rows: [], more: false, changes: 0 };
  }
  statement.setReturnArrays(true);
  const rows: SqlValue[][] = [];
  let before = 0;
  let bytes = 0;
  let more = false;
  for (const found of statement.iterate(...params) as Iterable<unknown>) {
    if (before++ < offset) continue;
    const row = found as SqlValue[];
    bytes += row.reduce<number>((sum, value) => sum + sizeOf(value), 0);
    if (rows.length >= maxRows || (bytes > maxBytes && rows.length > 0)) {
      more = true;
      break;
    }
    rows.push(row);
  }
  return { columns, rows, more, changes: 0 };
}

const sizeOf = (value: SqlValue) =>
  typeof value === "string" || value instanceof Uint8Array ? value.length : 8;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
