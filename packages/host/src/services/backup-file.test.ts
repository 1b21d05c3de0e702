import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readBackup, writeBackup } from "./backup-file.ts";

const MB = 1024 * 1024;
const about = {
  ...{ rookery: "0.1.0", schema: 1, createdAt: "2026-11-26T00:00:00.000Z", keyId: "0123456789abcdef" },
};

function setUp() {
  const directory = temporaryDirectory();
  const [from, to] = [join(directory, "from"), join(directory, "to")];
  mkdirSync(join(from, "instances/one"), { recursive: true });
  mkdirSync(to);
  writeFileSync(join(from, "rookery.db"), "the registry");
  return { from, to, file: join(directory, "backup") };
}

test("a database of 200 MB passes through in the memory of a part of it", async () => {
  const { from, to, file } = setUp();
  const name = "instances/one/database.db";
  writeFileSync(join(from, name), "it begins");
  truncateSync(join(from, name), 200 * MB);
  const before = process.memoryUsage().rss;
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss - before);
  };
  const looking = setInterval(look, 5);
  await writeBackup(file, about, from, ["rookery.db", name]);
  let read = 0;
  const manifest = await readBackup(file, to, async () => look(), {
    count(bytes) {
      read += bytes;
      look();
    },
  });
  clearInterval(looking);
  expect(most).toBeLessThan(100 * MB);
  expect(read).toBe(statSync(file).size);
  expect(manifest).toMatchObject({ ...about, parts: [{ name: "rookery.db" }, { name, size: 200 * MB }] });
  expect(statSync(join(to, name)).size).toBe(200 * MB);
}, 30_000);

test("what the manifest's judge refuses is not written, and the file is let go of", async () => {
  const { from, to, file } = setUp();
  await writeBackup(file, about, from, ["rookery.db"]);
  const judge = () => Promise.reject(new Error("no room"));
  await expect(readBackup(file, to, judge)).rejects.toThrow("no room");
  expect(readdirSync(to)).toEqual([]);
});
