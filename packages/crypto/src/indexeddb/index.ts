export { IDBFactory } from "./factory.ts";
export { openSqliteFile, type SqliteFile } from "./file.ts";
export { type Use, useIndexedDb } from "./globals.ts";
export { IDBKeyRange } from "./key-range.ts";
