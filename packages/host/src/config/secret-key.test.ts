import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { loadSecretKey } from "./secret-key.ts";

const unreadable = expect.objectContaining({ code: "SECRET_UNREADABLE" });

test("the first start makes a key that nobody else reads, and every later one finds it", () => {
  const dataDir = temporaryDirectory();
  const key = loadSecretKey(dataDir, undefined);
  expect(key).toHaveLength(32);
  expect(readdirSync(dataDir)).toEqual(["secret.key"]);
  expect((statSync(join(dataDir, "secret.key")).mode & 0o777).toString(8)).toBe("600");
  expect(loadSecretKey(dataDir, undefined).equals(key)).toBe(true);
  expect(loadSecretKey(temporaryDirectory(), undefined).equals(key)).toBe(false);
});

test("a start that was killed while it wrote the key leaves no half of one", () => {
  const dataDir = temporaryDirectory();
  writeFileSync(join(dataDir, "secret.key.part"), "aGFs");
  expect(loadSecretKey(dataDir, undefined)).toHaveLength(32);
});

test("a key may come from elsewhere, and then none is made", () => {
  const [dataDir, credentials] = [temporaryDirectory(), temporaryDirectory()];
  const file = join(credentials, "key");
  writeFileSync(file, `${Buffer.alloc(32, 7).toString("base64")}\n`);
  expect(loadSecretKey(dataDir, file)).toEqual(Buffer.alloc(32, 7));
  expect(readdirSync(dataDir)).toEqual([]);
});

test.each(["", "short", Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("base64")])(
  "%j is no key, and stays as it is",
  (text) => {
    const file = join(temporaryDirectory(), "key");
    writeFileSync(file, text);
    expect(() => loadSecretKey("/nowhere", file)).toThrow(unreadable);
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);

test("a key that is not there is not made where the operator said that it is", () => {
  expect(() => loadSecretKey(temporaryDirectory(), "/nowhere/key")).toThrow(unreadable);
});
