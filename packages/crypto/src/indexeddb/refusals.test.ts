import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IDBDatabase } from "./database.ts";
import { IDBFactory } from "./factory.ts";
import { openSqliteFile, type SqliteFile } from "./file.ts";
import type { IDBOpenDBRequest } from "./request.ts";

let folder: string;
let file: SqliteFile;
const factory = new IDBFactory();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rookery-indexeddb-"));
  file = openSqliteFile(join(folder, "crypto.db"));
  factory.mount("alice/", file);
});
afterAll(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

const settled = (request: IDBOpenDBRequest): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as IDBDatabase);
    request.onerror = () => reject(request.error);
  });

const name = (named: string) => expect.objectContaining({ name: named });

function upgrade(database: string, version: number, work: (database: IDBDatabase) => void) {
  const request = factory.open(database, version);
  request.onupgradeneeded = () => work(request.result as IDBDatabase);
  return settled(request);
}

test("what the Rust store does not use is refused by name, not done wrongly", async () => {
  const refusals: unknown[] = [];
  const refused = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      refusals.push(error);
    }
  };
  const database = await upgrade("alice/things", 1, (made) => {
    refused(() => made.createObjectStore("a", { keyPath: "id" }));
    refused(() => made.createObjectStore("b", { autoIncrement: true }));
    const store = made.createObjectStore("things");
    refused(() => store.createIndex("tags", "tags", { multiEntry: true }));
    refused(() => store.openCursor(undefined, "prev"));
    refused(() => store.openKeyCursor());
    refused(() => store.getKey());
    refused(() => store.deleteIndex());
  });
  refused(() => factory.deleteDatabase());
  refused(() => factory.databases());
  expect(refusals).toEqual(Array.from({ length: 9 }, () => name("NotSupportedError")));
  expect(database.objectStoreNames).toEqual(["things"]);
  database.close();
});

test("an upgrade that is aborted leaves the database as it was", async () => {
  (await upgrade("alice/upgraded", 1, (made) => made.createObjectStore("kept").put("value", "key"))).close();
  const failed = upgrade("alice/upgraded", 2, (made) => {
    made.createObjectStore("new");
    made.deleteObjectStore("kept");
    throwAway(made);
  });
  await expect(failed).rejects.toEqual(name("AbortError"));
  const database = await settled(factory.open("alice/upgraded"));
  expect([database.version, database.objectStoreNames]).toEqual([1, ["kept"]]);
  const value = await new Promise((resolve) => {
    const request = database.transaction("kept").objectStore("kept").get("key");
    request.onsuccess = () => resolve(request.result);
  });
  expect(value).toBe("value");
  database.close();
});

function throwAway(database: IDBDatabase): void {
  const upgrading = database.createObjectStore("another").transaction;
  upgrading.abort();
}

test("a version below the file's is refused, and so is a name that is no account's", async () => {
  (await upgrade("alice/versions", 3, () => {})).close();
  await expect(settled(factory.open("alice/versions", 2))).rejects.toEqual(name("VersionError"));
  expect(() => factory.open("bob/versions")).toThrow("bob/versions");
});
