import { constants } from "node:sqlite";

/** What looks at the instance's own tables, and at nothing else. `data_version` is what FTS5 asks for. */
const PRAGMAS = new Set([
  ...["table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"],
  ...["foreign_key_list", "foreign_key_check", "integrity_check", "quick_check", "data_version"],
]);
const MODULES = new Set(["fts5", "fts5vocab"]);
const FUNCTIONS = new Set([
  "load_extension",
  "fts3_tokenizer",
  "sqlite_log",
  "rtreecheck",
  "readfile",
  "writefile",
]);

/** Keeps a plugin's SQL in its own tables. It is asked while a statement is prepared. */
export interface Authorizer {
  authorize(action: number, first: string | null, second: string | null, schema: string | null): number;
  /** Runs what only the database's keeper may: transactions. */
  trust<T>(work: () => T): T;
  /** Why the last statement was refused; `null` where it was not by these rules. */
  takeReason(): string | null;
}

export function createAuthorizer(): Authorizer {
  let trusted = false;
  let reason: string | null = null;

  function refusal(
    action: number,
    first: string | null,
    second: string | null,
    schema: string | null,
  ): string | null {
    switch (action) {
      case constants.SQLITE_ATTACH:
      case constants.SQLITE_DETACH:
        return "ATTACH, DETACH and VACUUM are not for plugins: an instance has one database.";
      case constants.SQLITE_TRANSACTION:
      case constants.SQLITE_SAVEPOINT:
        return trusted ? null : "Transactions are made with bot.database.transaction(), not in SQL.";
      case constants.SQLITE_INSERT:
        // Whatever is made there, a row in its schema tells of it.
        return schema === "temp" ? "Temporary tables, views and triggers are not for plugins." : null;
      case constants.SQLITE_PRAGMA:
        return PRAGMAS.has(first?.toLowerCase() ?? "") ? null : `PRAGMA ${first} is not for plugins.`;
      case constants.SQLITE_FUNCTION:
        return FUNCTIONS.has(second?.toLowerCase() ?? "") ? `${second}() is not for plugins.` : null;
      case constants.SQLITE_CREATE_VTABLE:
        return MODULES.has(second?.toLowerCase() ?? "")
          ? null
          : `Virtual tables of the module ${second} are not for plugins; fts5 is.`;
      default:
        return null;
    }
  }

  return {
    authorize(action, first, second, schema) {
      const found = refusal(action, first, second, schema);
      if (found === null) return constants.SQLITE_OK;
      reason = found;
      return constants.SQLITE_DENY;
    },
    trust(work) {
      trusted = true;
      try {
        return work();
      } finally {
        trusted = false;
      }
    },
    takeReason() {
      const taken = reason;
      reason = null;
      return taken;
    },
  };
}
