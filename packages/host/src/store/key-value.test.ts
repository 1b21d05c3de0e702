import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { AppError } from "../errors.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createKeyValueStore } from "./key-value.ts";

function open(file = join(temporaryDirectory(), "instance", "store.db")) {
  const store = createKeyValueStore(file);
  onTestFinished(() => store.close());
  return { store, file };
}

test("a value is read as it was last written, until it is deleted", () => {
  const { store } = open();
  store.set("colour", '"blue"');
  store.set("colour", '"green"');
  expect(store.get("colour")).toBe('"green"');
  store.delete("colour");
  expect(store.get("colour")).toBeNull();
});

test("values outlive the instance's run", () => {
  const { store, file } = open();
  store.set("colour", '"blue"');
  store.close();
  expect(open(file).store.get("colour")).toBe('"blue"');
});

test("an instance that writes nothing has no file", () => {
  const { store, file } = open();
  expect(store.get("colour")).toBeNull();
  expect(store.list("", 10)).toEqual([]);
  store.delete("colour");
  expect(existsSync(file)).toBe(false);
});

test("only its owner reads the file and its folder", () => {
  const { store, file } = open();
  store.set("colour", '"blue"');
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(join(file, "..")).mode & 0o777).toString(8)).toBe("700");
});

test("a list has the keys with the prefix and no others, sorted, up to the limit", () => {
  const { store } = open();
  for (const key of ["b", "a:2", "a:1", "a", "A:1", "a%", "a_", "ä"]) store.set(key, "1");
  expect(store.list("a:", 10).map(({ key }) => key)).toEqual(["a:1", "a:2"]);
  expect(store.list("a%", 10).map(({ key }) => key)).toEqual(["a%"]);
  expect(store.list("a_", 10).map(({ key }) => key)).toEqual(["a_"]);
  expect(store.list("", 3).map(({ key }) => key)).toEqual(["A:1", "a", "a%"]);
});

test("a store that is full says so, keeps what it has, and takes more when something was deleted", () => {
  const { store, file } = open();
  const json = JSON.stringify("x".repeat(60_000));
  const fill = () => {
    for (let n = 0; n < 1_000; n++) store.set(`key ${n}`, json);
  };
  expect(fill).toThrow(AppError);
  expect(fill).toThrow(/store is full \(32 MiB\)/);
  expect(statSync(file).size).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect(store.get("key 0")).toBe(json);
  for (let n = 0; n < 10; n++) store.delete(`key ${n}`);
  store.set("new", json);
  expect(store.get("new")).toBe(json);
});
