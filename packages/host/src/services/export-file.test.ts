import { createWriteStream, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { expect, test } from "vitest";
import { tarOf } from "../store/tar.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readExport, writeExport } from "./export-file.ts";

const MB = 1024 * 1024;
const manifest = {
  ...{ rookery: "0.1.0", exportedAt: "2026-11-26T00:00:00.000Z", accountUserId: "@bot:test", secrets: null },
  plugin: { id: "org.example.test", version: "1.0.0", sha256: "00" },
  instance: {
    ...{ id: "one", config: {}, secretSettings: [], catchUpSeconds: null, withheld: {}, rooms: null },
  },
};

function folders() {
  const directory = temporaryDirectory();
  const [from, to] = [join(directory, "from"), join(directory, "to")];
  for (const folder of [from, to]) mkdirSync(folder);
  return { from, to, file: join(directory, "export") };
}

test("a database of 256 MB passes through in the memory of a part of it", async () => {
  const { from, to, file } = folders();
  writeFileSync(join(from, "database.db"), "it begins");
  truncateSync(join(from, "database.db"), 256 * MB);
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = new PassThrough({
    transform(chunk, _encoding, done) {
      most = Math.max(most, process.memoryUsage().rss - before);
      done(null, chunk);
    },
  });
  await pipeline(await writeExport(manifest, from, ["database.db"]), watch, createWriteStream(file));
  const read = await readExport(file, to, 256 * MB);
  most = Math.max(most, process.memoryUsage().rss - before);
  expect(most).toBeLessThan(128 * MB);
  expect(read).toMatchObject({ ...manifest, data: [{ name: "database.db", size: 256 * MB }] });
  expect(statSync(join(to, "database.db")).size).toBe(256 * MB);
}, 30_000);

test("what is larger than it may be is not written", async () => {
  const { from, to, file } = folders();
  writeFileSync(join(from, "database.db"), Buffer.alloc(2 * MB));
  await pipeline(await writeExport(manifest, from, ["database.db"]), createWriteStream(file));
  await expect(readExport(file, to, MB)).rejects.toMatchObject({ code: "TOO_LARGE" });
  expect(readdirSync(to)).toEqual([]);
});

test.each([
  ["none", undefined],
  ["no JSON", "{"],
  ["a key twice", '{"format": 1, "format": 1}'],
  ["not all of it", '{"format": 1}'],
  ["no object", "null"],
])("a manifest that is %s is refused", async (_what, text) => {
  const { to, file } = folders();
  const bytes = Buffer.from(text ?? "");
  const files = text === undefined ? [] : [{ name: "manifest.json", size: bytes.length, bytes }];
  await pipeline(tarOf(files), createGzip(), createWriteStream(file));
  await expect(readExport(file, to, MB)).rejects.toMatchObject({ code: "EXPORT_INVALID" });
  expect(readdirSync(to)).toEqual([]);
});
