import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readExport } from "./read-export.ts";

const manifest = {
  ...{ format: 1, rookery: "0.1.0", exportedAt: "2026-11-26T05:00:00.000Z" },
  plugin: { id: "org.example.notes", version: "1.2.0", sha256: "ab" },
  accountUserId: "@bot:example.org",
  instance: { id: "notes", config: {}, secretSettings: ["/token"], catchUpSeconds: null, rooms: null },
  secrets: { salt: "c2FsdA==", sealed: { "/token": "c2VhbGVk" } },
  data: [
    { name: "database.db", size: 4096, sha256: "cd" },
    { name: "store.jsonl", size: 20, sha256: "ef" },
  ],
};

/** A tar archive of one file, as far as it is looked at, and whatever follows. */
function archive(name: string, text: string, rest = Buffer.alloc(20_000, 7)): Blob {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(`${Buffer.byteLength(text).toString(8).padStart(11, "0")}\0`, 124);
  return new Blob([new Uint8Array(gzipSync(Buffer.concat([header, Buffer.from(text), rest])))]);
}

test("a file says what was exported before it is sent", async () => {
  expect(await readExport(archive("manifest.json", JSON.stringify(manifest)))).toEqual({
    ...{ id: "notes", plugin: { id: "org.example.notes", version: "1.2.0" } },
    ...{ accountUserId: "@bot:example.org", exportedAt: "2026-11-26T05:00:00.000Z" },
    ...{ secrets: 1, isSealed: true, dataBytes: 4116 },
  });
  const bare = archive("manifest.json", JSON.stringify({ ...manifest, secrets: null, data: [] }));
  expect(await readExport(bare)).toMatchObject({ secrets: 1, isSealed: false, dataBytes: 0 });
});

test("of a newer Rookery's, what is the same is read", async () => {
  const newer = { format: 2, plugin: { id: "p", version: "9.0.0" }, instance: { id: "i" } };
  expect(await readExport(archive("manifest.json", JSON.stringify(newer)))).toMatchObject({
    ...{ id: "i", secrets: 0, isSealed: false, dataBytes: 0, accountUserId: "", exportedAt: null },
  });
});

test("what is none is told from what is one", async () => {
  const good = JSON.stringify(manifest);
  const none = [
    new Blob(["a picture"]),
    new Blob([]),
    archive("plugin.json", good),
    archive("manifest.json", "{ no JSON"),
    archive("manifest.json", "null"),
    archive("manifest.json", '{"plugin":{"id":1},"instance":{"id":"i"}}'),
    archive("manifest.json", good.padEnd(2 * 1024 * 1024)),
    new Blob([(await archive("manifest.json", good).arrayBuffer()).slice(0, 60)]),
  ];
  for (const file of none) expect(await readExport(file)).toBeUndefined();
});
