import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createFiles, toFileInfo } from "./files.ts";

const MB = 1024 * 1024;

function open(directory = join(temporaryDirectory(), "files")) {
  const files = createFiles(directory, MB);
  const add = (text = "hello") =>
    files.add(async (path, charge) => {
      charge(text.length);
      await writeFile(path, text);
      return text.length;
    });
  return { files, directory, add };
}

test("a file is held until it is closed", async () => {
  const { files, add } = open();
  const held = await add();
  expect(files.get(held.file)).toBe(held);
  expect(held).toMatchObject({ size: 5, type: "text/plain" });
  await files.close(held.file);
  expect(existsSync(held.path)).toBe(false);
  expect(() => files.get(held.file)).toThrow(expect.objectContaining({ code: "NO_SUCH_FILE" }));
  await files.close(held.file);
});

test("a plugin learns nothing of where a file lies", async () => {
  const { add } = open();
  const held = await add();
  expect(toFileInfo(held)).toEqual({ file: held.file, size: 5, type: "text/plain" });
});

test("another instance's file, or a path, is no file", async () => {
  const { files, add } = open();
  const other = await open().add();
  await add();
  for (const name of [other.file, other.path, "../store.db", "", "__proto__"]) {
    expect(() => files.get(name), name).toThrow(expect.objectContaining({ code: "NO_SUCH_FILE" }));
  }
});

test("what fails while it comes leaves nothing behind", async () => {
  const { files, directory } = open();
  const broken = files.add(async (path) => {
    writeFileSync(path, "half");
    throw new Error("it broke off");
  });
  await expect(broken).rejects.toThrow("it broke off");
  expect(readdirSync(directory)).toEqual([]);
});

test("what an earlier run left is gone, and at the end nothing is left", async () => {
  const directory = join(temporaryDirectory(), "files");
  mkdirSync(directory);
  writeFileSync(join(directory, "old"), "old");
  const { files, add } = open(directory);
  await add();
  expect(readdirSync(directory)).toHaveLength(1);
  expect((statSync(directory).mode & 0o777).toString(8)).toBe("700");
  await files.closeAll();
  expect(existsSync(directory)).toBe(false);
});

test("no more than 200 files are held at once", async () => {
  const { files, add } = open();
  const held = [];
  for (let i = 0; i < 200; i++) held.push(await add());
  await expect(add()).rejects.toMatchObject({ code: "LIMIT" });
  await files.close(held[0]?.file ?? "");
  await add();
});

test("an instance holds no more in its files than it may; what it closes, and what failed, does not count", async () => {
  const { files, add, directory } = open();
  const half = "x".repeat(MB / 2);
  const [first] = [await add(half), await add(half)];
  const refused = expect.objectContaining({
    code: "LIMIT",
    message: expect.stringContaining("more than 1 MB"),
  });
  await expect(add("x")).rejects.toThrow(refused);
  expect(readdirSync(directory)).toHaveLength(2);

  await files.close(first.file);
  const failing = files.add(async (_path, charge) => {
    charge(MB / 2);
    throw new Error("It broke off.");
  });
  await expect(failing).rejects.toThrow("It broke off.");
  await add(half);
  await expect(add("x")).rejects.toThrow(refused);
});

test("what the host keeps beside them counts as nothing, and the plugin has no name for it", async () => {
  const { files, add, directory } = open();
  await add("x".repeat(MB));
  const own = await files.addOwn(Buffer.from("thumbnail"));
  expect(own).toMatchObject({ size: 9, type: "text/plain" });
  expect(() => files.get(own.file)).toThrow(expect.objectContaining({ code: "NO_SUCH_FILE" }));
  await files.closeAll();
  expect(existsSync(directory)).toBe(false);
});
