import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import type { IDBDatabase } from "./database.ts";
import { IDBFactory } from "./factory.ts";
import { openSqliteFile } from "./file.ts";

/** A database with one store, on a disk that can be full. */
async function setUp() {
  const pragma = vi.spyOn(Database.prototype, "pragma");
  const folder = mkdtempSync(join(tmpdir(), "rookery-full-"));
  const file = openSqliteFile(join(folder, "crypto.db"));
  const disk = pragma.mock.contexts[0] as Database.Database | undefined;
  pragma.mockRestore();
  if (disk === undefined) throw new Error("No file was opened.");
  const factory = new IDBFactory();
  factory.mount("full/", file);
  onTestFinished(async () => {
    factory.unmount("full/");
    await file.close();
    rmSync(folder, { recursive: true });
  });
  const opening = factory.open("full/things", 1);
  opening.onupgradeneeded = () => (opening.result as IDBDatabase).createObjectStore("things");
  const database = await new Promise<IDBDatabase>((resolve) => {
    opening.onsuccess = () => resolve(opening.result as IDBDatabase);
  });
  const count = () =>
    new Promise((resolve) => {
      const counting = database.transaction("things").objectStore("things").count();
      counting.onsuccess = () => resolve(counting.result);
    });
  const fill = () => disk.pragma(`max_page_count = ${String(disk.pragma("page_count", { simple: true }))}`);
  return { database, file, count, fill };
}

test("a full disk aborts the transaction, also where a handler took the error to be handled: no half is kept", async () => {
  const { database, file, count, fill } = await setUp();
  fill();
  const transaction = database.transaction("things", "readwrite");
  const things = transaction.objectStore("things");
  things.put("fits", "one");
  const large = things.put("x".repeat(1_000_000), "two");
  large.onerror = (event: Event) => event.preventDefault();
  things.put("would fit", "three");
  const end = await new Promise((resolve) => {
    transaction.oncomplete = () => resolve("complete");
    transaction.onabort = () => resolve("aborted");
  });
  expect([end, transaction.error?.name, await count()]).toEqual(["aborted", "QuotaExceededError", 0]);
  expect(file.failure).toMatchObject({ code: "SQLITE_FULL" });
});
