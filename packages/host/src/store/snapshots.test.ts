import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createKeyValueStore } from "./key-value.ts";
import { copyDatabase, createSnapshotStore } from "./snapshots.ts";

function setUp() {
  const folder = temporaryDirectory();
  const directoryOf = (id: string) => join(folder, "instances", id);
  const snapshots = createSnapshotStore(join(folder, "snapshots"), directoryOf);
  const file = (id: string, name = "store.db") => join(directoryOf(id), name);
  function write(id: string, key: string): void {
    const store = createKeyValueStore(file(id));
    store.set(key, "1");
    store.close();
  }
  function keys(id: string): string[] {
    const store = createKeyValueStore(file(id));
    const found = store.list("", 100).map(({ key }) => key);
    store.close();
    return found;
  }
  return { folder, directoryOf, snapshots, file, write, keys };
}

test("what was written after a snapshot is gone when it is restored, and what was there is back", async () => {
  const { snapshots, write, keys, file, directoryOf } = setUp();
  write("one", "old");
  const beside = new Database(file("one", "database.db"));
  beside.exec("CREATE TABLE note (text); INSERT INTO note VALUES ('old')");
  beside.close();
  mkdirSync(directoryOf("two"));
  await snapshots.take("org.example.test", "aa", ["one", "two", "never-ran"]);

  write("one", "new");
  write("two", "new");
  new Database(file("one", "database.db")).exec("INSERT INTO note VALUES ('new')").close();
  new Database(file("one", "added.db")).exec("CREATE TABLE x (y)").close();
  await snapshots.restore("org.example.test", "aa", ["one", "two", "never-ran"]);

  expect(keys("one")).toEqual(["old"]);
  const restored = new Database(file("one", "database.db"));
  expect(restored.prepare("SELECT text FROM note").pluck().all()).toEqual(["old"]);
  restored.close();
  expect(readdirSync(directoryOf("one")).filter((name) => name.endsWith(".db"))).toEqual([
    "database.db",
    "store.db",
  ]);
  expect(existsSync(file("two"))).toBe(false);
  expect(existsSync(directoryOf("never-ran"))).toBe(false);
  expect(statSync(file("one")).mode & 0o777).toBe(0o600);
});

test("what a killed host left in a write-ahead log is part of the snapshot, and nothing of it stays", async () => {
  const { snapshots, write, keys, file } = setUp();
  write("one", "old");
  // Never closed, as when the host was killed: the rows lie in the log only.
  const killed = new Database(file("one"));
  killed.exec("INSERT INTO entry VALUES ('in the log', '1')");
  expect(statSync(`${file("one")}-wal`).size).toBeGreaterThan(0);
  await snapshots.take("org.example.test", "aa", ["one"]);
  killed.exec("INSERT INTO entry VALUES ('later', '1')");
  await snapshots.restore("org.example.test", "aa", ["one"]);
  expect(keys("one")).toEqual(["in the log", "old"]);
  killed.close();
});

test("a snapshot that was not taken is not restored, and the data stay as they are", async () => {
  const { snapshots, write, keys } = setUp();
  write("one", "old");
  await expect(snapshots.restore("org.example.test", "aa", ["one"])).rejects.toThrow("ENOENT");
  expect(keys("one")).toEqual(["old"]);
});

test("snapshots that no plugin needs are swept", async () => {
  const { snapshots, folder, write } = setUp();
  write("one", "old");
  for (const sha256 of ["aa", "bb"]) await snapshots.take("org.example.test", sha256, ["one"]);
  await snapshots.take("org.example.other", "cc", ["one"]);
  await snapshots.sweep(new Map([["org.example.test", "bb"]]));
  expect(readdirSync(join(folder, "snapshots"))).toEqual(["org.example.test"]);
  expect(readdirSync(join(folder, "snapshots", "org.example.test"))).toEqual(["bb"]);
  await snapshots.keepOnly("org.example.test");
  expect(readdirSync(join(folder, "snapshots"))).toEqual([]);
});

test("a copy is of one moment, and comes to its end, however much is written meanwhile", async () => {
  const folder = temporaryDirectory();
  const live = new Database(join(folder, "live.db"));
  live.pragma("journal_mode = WAL");
  live.exec("CREATE TABLE entry (n INTEGER, filling BLOB); CREATE TABLE newest (n INTEGER)");
  const write = live.transaction((n: number) => {
    live.prepare("INSERT INTO entry VALUES (?, zeroblob(4000))").run(n);
    live.exec(`DELETE FROM newest; INSERT INTO newest VALUES (${n})`);
  });
  let last = 0;
  while (last < 1_000) write(++last);
  let done = false;
  const copying = copyDatabase(join(folder, "live.db"), join(folder, "copy.db")).finally(() => {
    done = true;
  });
  while (!done) {
    write(++last);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await copying;
  live.close();
  expect(last).toBeGreaterThan(1_001);
  const copy = new Database(join(folder, "copy.db"));
  expect(copy.prepare("SELECT max(n), count(*), (SELECT n FROM newest) FROM entry").raw().get()).toEqual([
    ...[1_000, 1_000, 1_000],
  ]);
  copy.close();
});
