import { deserialize } from "node:v8";
import type { Database } from "better-sqlite3";
import { domError } from "./errors.ts";
import { entryKey } from "./key-path.ts";
import type { Span } from "./key-range.ts";
import type { IndexSchema, StoreSchema } from "./schema.ts";

/** A record as the file has it. */
export interface Row {
  /** Of the store, or of the index where it was found by one. */
  key: Buffer;
  primaryKey: Buffer;
  value: Buffer;
}

/** Where a cursor goes on: at this key and, in an index, at this key of the store. */
export interface Position {
  key: Buffer;
  primaryKey: Buffer;
}

/** An index has one, a store has none: rows are found by either. */
export interface Source {
  store: StoreSchema;
  index?: IndexSchema;
}

/** The records of all stores and the entries of all indexes of a file. */
export interface Records {
  /** @throws `ConstraintError`, having written nothing */
  put(store: StoreSchema, indexes: IndexSchema[], key: Buffer, value: Buffer, isNew: boolean): void;
  rows(source: Source, span: Span, limit?: number): Row[];
  keys(source: Source, span: Span, limit?: number): Buffer[];
  /** The first at or behind the position, and before `to`. */
  rowAt(source: Source, position: Position, to: Buffer): Row | undefined;
  count(source: Source, span: Span): number;
  delete(store: StoreSchema, indexes: IndexSchema[], span: Span): void;
  /** @throws `ConstraintError` where a unique index would have one key twice */
  fill(store: StoreSchema, index: IndexSchema): void;
}

export function records(database: Database): Records {
  const exists = database.prepare("SELECT 1 FROM records WHERE store_id = ? AND key = ?");
  const allOfStore = database.prepare<[number], Row>("SELECT key, value FROM records WHERE store_id = ?");
  const put = database.prepare("INSERT OR REPLACE INTO records (store_id, key, value) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM records WHERE store_id = ? AND key >= ? AND key < ?");
  const removeEntries = database.prepare(
    "DELETE FROM entries WHERE index_id = ? AND primary_key >= ? AND primary_key < ?",
  );
  const removeEntry = database.prepare("DELETE FROM entries WHERE index_id = ? AND primary_key = ?");
  const putEntry = database.prepare("INSERT INTO entries (index_id, key, primary_key) VALUES (?, ?, ?)");
  const taken = database.prepare(
    "SELECT 1 FROM entries WHERE index_id = ? AND key = ? AND primary_key <> ? LIMIT 1",
  );

  const inStore = "FROM records WHERE store_id = ? AND key >= ? AND key < ?";
  const inIndex = "FROM entries WHERE index_id = ? AND entries.key >= ? AND entries.key < ?";
  const joined = `SELECT entries.key, primary_key AS primaryKey, value
    FROM entries CROSS JOIN records ON records.store_id = ? AND records.key = primary_key WHERE index_id = ?`;
  const storeRows = database.prepare<unknown[], Row>(
    `SELECT key, key AS primaryKey, value ${inStore} ORDER BY key LIMIT CAST(? AS INTEGER)`,
  );
  const indexRows = database.prepare<unknown[], Row>(
    `${joined} AND entries.key >= ? AND entries.key < ? ORDER BY entries.key, primary_key LIMIT CAST(? AS INTEGER)`,
  );
  const indexRowAt = database.prepare<unknown[], Row>(
    `${joined} AND (entries.key, primary_key) >= (?, ?) AND entries.key < ? ORDER BY entries.key, primary_key LIMIT 1`,
  );
  const storeKeys = database
    .prepare<unknown[], Buffer>(`SELECT key ${inStore} ORDER BY key LIMIT CAST(? AS INTEGER)`)
    .pluck();
  const indexKeys = database
    .prepare<unknown[], Buffer>(
      `SELECT primary_key ${inIndex} ORDER BY entries.key, primary_key LIMIT CAST(? AS INTEGER)`,
    )
    .pluck();
  const storeCount = database.prepare<unknown[], number>(`SELECT count(*) ${inStore}`).pluck();
  const indexCount = database.prepare<unknown[], number>(`SELECT count(*) ${inIndex}`).pluck();

  function assertFree(index: IndexSchema, key: Buffer, primaryKey: Buffer): void {
    if (!index.isUnique || taken.get(index.id, key, primaryKey) === undefined) return;
    throw domError("ConstraintError", `The unique index "${index.name}" has this key already.`);
  }

  return {
    put(store, indexes, key, value, isNew) {
      if (isNew && exists.get(store.id, key) !== undefined) {
        throw domError("ConstraintError", `The store "${store.name}" has this key already.`);
      }
      const content = indexes.length > 0 ? deserialize(value) : undefined;
      const entries = indexes.map((index) => ({ index, entry: entryKey(content, index.keyPath) }));
      for (const { index, entry } of entries) if (entry !== undefined) assertFree(index, entry, key);
      for (const { index, entry } of entries) {
        removeEntry.run(index.id, key);
        if (entry !== undefined) putEntry.run(index.id, entry, key);
      }
      put.run(store.id, key, value);
    },
    rows: ({ store, index }, { from, to }, limit = -1) =>
      index === undefined
        ? storeRows.all(store.id, from, to, limit)
        : indexRows.all(store.id, index.id, from, to, limit),
    keys: ({ store, index }, { from, to }, limit = -1) =>
      index === undefined
        ? storeKeys.all(store.id, from, to, limit)
        : indexKeys.all(index.id, from, to, limit),
    rowAt: ({ store, index }, { key, primaryKey }, to) =>
      index === undefined
        ? storeRows.get(store.id, key, to, 1)
        : indexRowAt.get(store.id, index.id, key, primaryKey, to),
    count: ({ store, index }, { from, to }) =>
      (index === undefined ? storeCount.get(store.id, from, to) : indexCount.get(index.id, from, to)) ?? 0,
    delete(store, indexes, { from, to }) {
      for (const index of indexes) removeEntries.run(index.id, from, to);
      remove.run(store.id, from, to);
    },
    fill(store, index) {
      for (const { key, value } of allOfStore.all(store.id)) {
        const entry = entryKey(deserialize(value), index.keyPath);
        if (entry === undefined) continue;
        assertFree(index, entry, key);
        putEntry.run(index.id, entry, key);
      }
    },
  };
}
