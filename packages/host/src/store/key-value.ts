import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError } from "../errors.ts";

/** An instance's key-value store: a SQLite file of its own, made when it is first written to. */
export interface KeyValueStore {
  get(key: string): string | null;
  /** @throws AppError `LIMIT` where there is no room left */
  set(key: string, json: string): void;
  delete(key: string): void;
  list(prefix: string, limit: number): { key: string; json: string }[];
  /** The entries behind a key, in the order of their keys. */
  after(key: string, limit: number): { key: string; json: string }[];
  /** All of them or none. @throws AppError `LIMIT` */
  setAll(entries: readonly { key: string; json: string }[]): void;
  close(): void;
}

const PAGE_BYTES = 4_096;
const MAX_BYTES = 32 * 1024 * 1024;
/** What of the file is kept in memory, of each instance: better-sqlite3 is built to keep 16 MB. */
const CACHE_KIB = 512;

export function createKeyValueStore(file: string): KeyValueStore {
  let db: Database.Database | undefined;

  function open(create: boolean): Database.Database | undefined {
    if (db || (!create && !existsSync(file))) return db;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    db = new Database(file);
    chmodSync(file, 0o600);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`max_page_count = ${MAX_BYTES / PAGE_BYTES}`);
    db.exec(
      "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID",
    );
    return db;
  }

  function set(key: string, json: string): void {
    const sql =
      "INSERT INTO entry (key, json) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET json = excluded.json";
    try {
      open(true)?.prepare(sql).run(key, json);
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== "SQLITE_FULL") throw cause;
      const text = `The instance's store is full (${MAX_BYTES / 1024 / 1024} MiB). Delete what it no longer needs, or use its database.`;
      throw new AppError("LIMIT", text, { cause });
    }
  }

  return {
    get(key) {
      const row = open(false)
        ?.prepare<[string], { json: string }>("SELECT json FROM entry WHERE key = ?")
        .get(key);
      return row?.json ?? null;
    },
    set,
    setAll(entries) {
      const all = () => {
        for (const { key, json } of entries) set(key, json);
      };
      open(true)?.transaction(all)();
    },
    after(key, limit) {
      const sql = "SELECT key, json FROM entry WHERE key > ? ORDER BY key LIMIT ?";
      return open(false)?.prepare<[string, number], { key: string; json: string }>(sql).all(key, limit) ?? [];
    },
    delete(key) {
      open(false)?.prepare("DELETE FROM entry WHERE key = ?").run(key);
    },
    list(prefix, limit) {
      const sql = "SELECT key, json FROM entry WHERE substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?";
      return (
        open(false)
          ?.prepare<[string, string, number], { key: string; json: string }>(sql)
          .all(prefix, prefix, limit) ?? []
      );
    },
    close() {
      db?.close();
      db = undefined;
    },
  };
}
