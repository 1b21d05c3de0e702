import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { generateIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { idOfKey, keyFileText } from "./config/secret-key.ts";
import type { AppError } from "./errors.ts";
import { restoreBackup, verifyBackup } from "./restore-backup.ts";
import { writeBackup } from "./services/backup-file.ts";
import { migrationsIn, openDatabase } from "./store/database.ts";
import { createKeyValueStore } from "./store/key-value.ts";
import { lockDataDirectory } from "./store/lock.ts";
import { copyRegistry } from "./store/registry-copy.ts";
import { copyDatabase } from "./store/snapshots.ts";
import { tarOf } from "./store/tar.ts";
import { startTestHost } from "./testing/host.ts";
import { addInstances, MIGRATIONS, openTestStore } from "./testing/store.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

const NEWEST = migrationsIn(MIGRATIONS).length;
const BUNDLE = `bundles/${"ab".repeat(32)}.mbp`;
const NAMES = ["rookery.db", BUNDLE, "instances/one/store.db"];

/** A backup of a real registry, with an instance that stored something, and a place to restore it. */
async function setUp({
  withKey = false,
  schema = NEWEST,
  key = randomBytes(32),
  recipients = [] as string[],
  bundle = Buffer.from("a bundle"),
} = {}) {
  const root = temporaryDirectory();
  const [from, place] = [join(root, "from"), join(root, "place")];
  for (const folder of ["bundles", "instances/one"]) mkdirSync(join(from, folder), { recursive: true });
  mkdirSync(place);
  const registry = join(root, "registry.db");
  if (schema === NEWEST) addInstances(openTestStore(registry), ["one"]);
  else openDatabase(registry, migrationsUpTo(schema)).close();
  if (schema === NEWEST) await copyRegistry(registry, join(from, "rookery.db"));
  else await copyDatabase(registry, join(from, "rookery.db"));
  writeFileSync(join(from, BUNDLE), bundle);
  writeFileSync(join(from, "secret.key"), keyFileText(key));
  const stored = createKeyValueStore(join(from, "instances/one/store.db"));
  stored.set("note", '"kept"');
  stored.close();
  const about = {
    rookery: "0.1.0",
    schema,
    createdAt: "2026-11-26T00:00:00.000Z",
    keyId: idOfKey(key),
  };
  const file = join(root, "backup.tar.zst");
  await writeBackup(file, about, from, withKey ? [...NAMES, "secret.key"] : NAMES, recipients);
  const dataDir = join(place, "data");
  return {
    ...{ root, place, dataDir, file, key, about },
    restore: (more: { file?: string; replace?: boolean; identities?: string[] } = {}) =>
      restoreBackup({ file, dataDir, migrations: MIGRATIONS, ...more }),
  };
}

function migrationsUpTo(schema: number): string {
  const folder = temporaryDirectory();
  for (const name of migrationsIn(MIGRATIONS).slice(0, schema))
    cpSync(join(MIGRATIONS, name), join(folder, name));
  return folder;
}

/** All that lies in a folder, with the files' bytes. */
function picture(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(
      (entry) =>
        join(entry.parentPath, entry.name) +
        (entry.isFile() ? ` ${hashOf(join(entry.parentPath, entry.name))}` : ""),
    )
    .sort();
}
const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

const accountsIn = (file: string) => {
  const db = new Database(file);
  onTestFinished(() => void db.close());
  return db.prepare("SELECT user_id FROM account").pluck().all();
};

test("what is restored is what was in it, and belongs to its owner alone", async () => {
  const { restore, dataDir, place } = await setUp();
  expect(await restore()).toEqual({
    ...{ dataDir, before: null, createdAt: "2026-11-26T00:00:00.000Z", rookery: "0.1.0" },
    ...{ instances: 1, bundles: 1, key: null },
  });
  expect(readdirSync(place)).toEqual(["data"]);
  expect(readdirSync(dataDir).sort()).toEqual(["bundles", "instances", "lock", "rookery.db"]);
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    const mode = (statSync(join(entry.parentPath, entry.name)).mode & 0o777).toString(8);
    expect(mode, entry.name).toBe(entry.isDirectory() ? "700" : "600");
  }
  expect(accountsIn(join(dataDir, "rookery.db"))).toEqual(["@bot:test"]);
  const stored = createKeyValueStore(join(dataDir, "instances/one/store.db"));
  expect(stored.get("note")).toBe('"kept"');
  stored.close();
  lockDataDirectory(dataDir).release();
});

test("a gzipped one is restored, as the earliest were", async () => {
  const { restore, dataDir, file } = await setUp();
  writeFileSync(file, gzipSync(zstdDecompressSync(readFileSync(file))));
  expect(await restore()).toMatchObject({ instances: 1, bundles: 1 });
  expect(accountsIn(join(dataDir, "rookery.db"))).toEqual(["@bot:test"]);
});

test("its key comes along where it has one", async () => {
  const { restore, dataDir, key } = await setUp({ withKey: true });
  expect((await restore()).key).toBe("backup");
  expect(readFileSync(join(dataDir, "secret.key"), "utf8")).toBe(keyFileText(key));
  const other = await setUp({ withKey: true });
  writeFileSync(
    other.file,
    alter(other.file, (text) => text.replace(other.about.keyId, "0".repeat(16))),
  );
  await expect(other.restore()).rejects.toMatchObject({ code: "BACKUP_INVALID" });
});

test("an older registry is restored, and the next start makes it the newest", async () => {
  const { restore, dataDir } = await setUp({ schema: 3 });
  await restore();
  const db = openDatabase(join(dataDir, "rookery.db"), MIGRATIONS);
  expect(db.pragma("user_version", { simple: true })).toBe(NEWEST);
  db.close();
});

test("a backup of a newer Rookery is refused, by its format or its schema", async () => {
  const { restore, file, place } = await setUp();
  const good = readFileSync(file);
  for (const [from, to] of [
    ['"format":1', '"format":2'],
    [`"schema":${NEWEST}`, `"schema":${NEWEST + 1}`],
  ] as const) {
    writeFileSync(file, good);
    writeFileSync(
      file,
      alter(file, (text) => text.replace(from, to)),
    );
    await expect(restore()).rejects.toMatchObject({
      ...{
        code: "BACKUP_NEWER",
        message: expect.stringMatching(/newer Rookery \(0\.1\.0.*with that version/),
      },
    });
    expect(readdirSync(place)).toEqual([]);
  }
});

test("into what is there it goes only where that is told, and keeps it beside", async () => {
  const { restore, dataDir, place, key } = await setUp();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "letters.txt"), "dear");
  for (const replace of [false, true]) {
    await expect(restore({ replace })).rejects.toMatchObject({
      ...{ code: "CONFLICT", message: expect.stringContaining("no data directory of Rookery's") },
    });
  }
  writeFileSync(join(dataDir, "rookery.db"), "another registry");
  writeFileSync(join(dataDir, "secret.key"), keyFileText(key));
  await expect(restore()).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("--replace"),
  });
  const lock = lockDataDirectory(dataDir);
  const before = picture(place);
  await expect(restore({ replace: true })).rejects.toMatchObject({ code: "DATA_LOCKED" });
  expect(picture(place)).toEqual(before);
  lock.release();

  const restored = await restore({ replace: true });
  // Only the key of before opens what is sealed in it.
  expect(restored.key).toBe("before");
  expect(readFileSync(join(dataDir, "secret.key"), "utf8")).toBe(keyFileText(key));
  expect(restored.before).toMatch(/data\.before-\d{4}-/);
  expect(readFileSync(join(restored.before ?? "", "letters.txt"), "utf8")).toBe("dear");
  expect(accountsIn(join(dataDir, "rookery.db"))).toEqual(["@bot:test"]);
  writeFileSync(join(dataDir, "secret.key"), keyFileText(randomBytes(32)));
  expect((await restore({ replace: true })).key).toBeNull();
  expect(existsSync(join(dataDir, "secret.key"))).toBe(false);
  expect(readdirSync(place)).toHaveLength(3);
});

test("an empty directory, and what a restoring that was killed left, are in nobody's way", async () => {
  const { restore, dataDir, place } = await setUp();
  mkdirSync(dataDir);
  mkdirSync(join(place, "data.restoring/instances/two"), { recursive: true });
  writeFileSync(join(place, "data.restoring/rookery.db"), "half");
  await restore();
  expect(readdirSync(place)).toEqual(["data"]);
  expect(readdirSync(join(dataDir, "instances"))).toEqual(["one"]);
});

/** Another archive, with the manifest as a program sees it. */
function alter(file: string, change: (manifest: string) => string): Buffer {
  const archive = zstdDecompressSync(readFileSync(file));
  const size = Number.parseInt(archive.toString("latin1", 124, 135), 8);
  const manifest = Buffer.from(change(JSON.stringify(JSON.parse(archive.toString("utf8", 512, 512 + size)))));
  const rest = archive.subarray(512 + Math.ceil(size / 512) * 512);
  return zstdCompressSync(Buffer.concat([header("manifest.json", manifest.length), padded(manifest), rest]));
}
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
function header(name: string, size: number, type = "0", link = ""): Buffer {
  const made = Buffer.alloc(512);
  made.write(name, 0);
  made.write("0000600\0", 100);
  made.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  made.write(type, 156);
  made.write(link, 157);
  made.write("ustar\0", 257);
  made.fill(" ", 148, 156);
  const sum = made.reduce((all, byte) => all + byte, 0);
  made.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return made;
}
const at = (archive: Buffer, name: string) => archive.indexOf(`${name}\0`);

const TRICKS: Record<string, (file: string) => Buffer> = {
  "no archive": () => Buffer.from("PK\u0003\u0004 no archive at all".padEnd(2_000)),
  "an empty file": () => Buffer.alloc(0),
  "cut off in the middle": (file) => readFileSync(file).subarray(0, statSync(file).size / 2),
  "cut off at its end": (file) => readFileSync(file).subarray(0, -20),
  "a flipped bit": (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes;
  },
  "another bundle than its hash says": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    archive.write("b bundle", archive.indexOf("a bundle"));
    return zstdCompressSync(archive);
  },
  "a path out of the folder": (file) =>
    alter(file, (text) => text.replace("instances/one/store.db", "instances/../../../../stolen.db")),
  "a path that the archive alone has": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    const where = at(archive, NAMES[2] ?? "");
    header("../../stolen.db", Number.parseInt(archive.toString("latin1", where + 124, where + 135), 8)).copy(
      archive,
      where,
    );
    return zstdCompressSync(archive);
  },
  "an absolute path": (file) =>
    alter(file, (text) => text.replace("instances/one/store.db", "/tmp/stolen.db")),
  "a link in the place of a part": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    header(NAMES[2] ?? "", 0, "2", "/etc/passwd").copy(archive, at(archive, NAMES[2] ?? ""));
    return zstdCompressSync(archive);
  },
  "a part twice": (file) => alter(file, (text) => text.replace('"instances/one/store.db"', '"rookery.db"')),
  "a part too few": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    return zstdCompressSync(
      Buffer.concat([archive.subarray(0, at(archive, NAMES[2] ?? "")), Buffer.alloc(1024)]),
    );
  },
  "a part too many": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    const more = [header("instances/two/store.db", 4), padded(Buffer.from("more")), Buffer.alloc(1024)];
    return zstdCompressSync(Buffer.concat([archive.subarray(0, -1024), ...more]));
  },
  "a part that is larger than it says": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    header(NAMES[2] ?? "", 0o77777777777).copy(archive, at(archive, NAMES[2] ?? ""));
    return zstdCompressSync(archive);
  },
  "zeros without end behind its end": (file) =>
    zstdCompressSync(Buffer.concat([zstdDecompressSync(readFileSync(file)), Buffer.alloc(50_000_000)])),
  "a manifest without end": () =>
    zstdCompressSync(Buffer.concat([header("manifest.json", 0o77777777777), Buffer.alloc(1_000_000)])),
  "what its manifest does not know": (file) =>
    alter(file, (text) => text.replace('{"format"', '{"more":1,"format"')),
  "no manifest": (file) => {
    const archive = zstdDecompressSync(readFileSync(file));
    return zstdCompressSync(archive.subarray(at(archive, "rookery.db")));
  },
};

test.each(Object.keys(TRICKS))("%s: it is refused, and nothing is changed", async (trick) => {
  const { restore, file, place, root, dataDir } = await setUp();
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "rookery.db"), "what is there");
  lockDataDirectory(dataDir).release();
  writeFileSync(file, TRICKS[trick]?.(file) ?? "");
  const before = picture(root);
  await expect(restore({ replace: true })).rejects.toMatchObject({
    ...{
      code: "BACKUP_INVALID",
      message: expect.stringMatching(/^This is no backup of Rookery's, or it was damaged: .+\.$/),
    },
  });
  await expect(verifyBackup({ file, migrations: MIGRATIONS })).rejects.toMatchObject({
    code: "BACKUP_INVALID",
  });
  expect(picture(root)).toEqual(before);
  expect(readdirSync(place)).toEqual(["data"]);
});

test("a whole backup is verified as what it is, and nothing is left of the look", async () => {
  const { file, root } = await setUp({ withKey: true });
  const before = picture(root);
  expect(await verifyBackup({ file, migrations: MIGRATIONS })).toMatchObject({
    ...{ createdAt: "2026-11-26T00:00:00.000Z", rookery: "0.1.0", instances: 1, bundles: 1, withKey: true },
  });
  expect(picture(root)).toEqual(before);
});

/** Two who can read a backup, and one who cannot. */
async function threePeople() {
  const identities = [
    await generateIdentity(),
    await generateX25519Identity(),
    await generateX25519Identity(),
  ] as const;
  const recipients = [await identityToRecipient(identities[0]), await identityToRecipient(identities[1])];
  return { identities, recipients };
}

test("an encrypted backup is verified and restored by each of its recipients, and by nobody else", async () => {
  const { identities, recipients } = await threePeople();
  const { restore, file, place, root } = await setUp({ withKey: true, recipients });
  expect(readFileSync(file).includes(BUNDLE)).toBe(false);
  const before = picture(root);
  const wrong = [
    ...[
      [[], "BACKUP_ENCRYPTED", /^It is encrypted to 2 recipients: that much can be seen\. .+ --identity\.$/],
    ],
    ...[
      [
        [identities[2]],
        "IDENTITY_WRONG",
        "It is encrypted to 2 recipients, and the identity is not theirs. Nothing was changed.",
      ],
    ],
  ] as const;
  for (const [held, code, message] of wrong) {
    const told = { code, message: typeof message === "string" ? message : expect.stringMatching(message) };
    await expect(restore({ identities: [...held] })).rejects.toMatchObject(told);
    await expect(verifyBackup({ file, identities: held, migrations: MIGRATIONS })).rejects.toMatchObject(
      told,
    );
    expect(picture(root)).toEqual(before);
  }
  for (const identity of identities.slice(0, 2)) {
    const verified = await verifyBackup({
      file,
      identities: [identities[2], identity],
      migrations: MIGRATIONS,
    });
    expect(verified).toMatchObject({ instances: 1, bundles: 1, withKey: true });
    expect(await restore({ identities: [identity], replace: true })).toMatchObject({
      key: "backup",
      instances: 1,
    });
    expect(accountsIn(join(place, "data", "rookery.db"))).toEqual(["@bot:test"]);
  }
});

test("an encrypted backup that was cut off anywhere, or changed anywhere, is told as damaged, and nothing is changed", async () => {
  const { identities, recipients } = await threePeople();
  const { restore, file, root } = await setUp({ withKey: true, recipients, bundle: randomBytes(150_000) });
  const whole = readFileSync(file);
  const chunk = 64 * 1024 + 16;
  const header = whole.indexOf("\n", whole.indexOf("\n--- ") + 1) + 1;
  expect(whole.length).toBeGreaterThan(header + 16 + chunk);
  const cuts = [
    30,
    header - 1,
    header,
    header + 16,
    header + 16 + 100,
    header + 16 + chunk,
    whole.length - 1,
  ];
  const flips = [25, 100, header - 5, header + 3, header + 20, whole.length - 1];
  const damaged = [
    ...cuts.map((size) => [`cut to ${size}`, whole.subarray(0, size)] as const),
    ...flips.map(
      (at) =>
        [`changed at ${at}`, Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 1 : byte)))] as const,
    ),
    ["with more behind it", Buffer.concat([whole, Buffer.alloc(100)])] as const,
    [
      "a header without end",
      Buffer.concat([whole.subarray(0, 22), Buffer.alloc(3_000_000, "-> a\n\n")]),
    ] as const,
  ];
  for (const [how, bytes] of damaged) {
    writeFileSync(file, bytes);
    const before = picture(root);
    const error = await restore({ identities: [identities[0]] }).then(
      () => "restored",
      (refused: AppError) => refused.code,
    );
    // Whose it is, is in the header.
    expect([how, error]).toEqual([
      how,
      expect.stringMatching(/changed at (25|100)$/.test(how) ? /INVALID|WRONG/ : "BACKUP_INVALID"),
    ]);
    expect(picture(root)).toEqual(before);
  }
});

test("what there is no room for is refused before it is written", async () => {
  const { restore, about, file, place } = await setUp();
  const part = { size: 8 * 1024 ** 3 - 1, sha256: "0".repeat(64) };
  const parts = Array.from({ length: 10_000 }, (_, i) => ({ ...part, name: `instances/i${i}/store.db` }));
  const manifest = { format: 1, ...about, parts: [{ ...part, name: "rookery.db" }, ...parts] };
  const bytes = Buffer.from(JSON.stringify(manifest));
  writeFileSync(
    file,
    zstdCompressSync(
      await buffer(Readable.from(tarOf([{ name: "manifest.json", size: bytes.length, bytes }]))),
    ),
  );
  await expect(restore()).rejects.toMatchObject({
    ...{
      code: "DATA_UNWRITABLE",
      message: expect.stringMatching(/^It has [\d,]+ MB, and there is room for [\d,]+ MB in /),
    },
  });
  expect(readdirSync(place)).toEqual([]);
});

test("a registry that is no database is refused, whatever its hash says", async () => {
  const { restore, about, root, file, place } = await setUp();
  writeFileSync(join(root, "rookery.db"), "no database at all, however long it may be".repeat(100));
  const other = `${file}.other`;
  await writeBackup(other, about, root, ["rookery.db"]);
  await expect(restore({ file: other })).rejects.toMatchObject({
    ...{ code: "BACKUP_INVALID", message: expect.stringContaining("rookery.db is damaged") },
  });
  expect(readdirSync(place)).toEqual([]);
  await expect(restore({ file: join(root, "none") })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

/** Ends the process as `kill -9` does, behind the n-th call of a function of `node:fs/promises`. */
const KILLED_BEHIND = (name: string, count: number) => `
  import { syncBuiltinESMExports } from "node:module";
  import files from "node:fs/promises";
  const real = files.${name};
  let calls = 0;
  files.${name} = async (...args) => {
    const made = await real(...args);
    if (++calls === ${count}) process.kill(process.pid, "SIGKILL");
    return made;
  };
  syncBuiltinESMExports();`;

test.each<[name: string, count: number, when: string]>([
  ["mkdir", 1, "the staging folder is there"],
  ["open", 1, "the registry is half written"],
  ["open", 3, "all parts are there"],
  ["rename", 1, "the old directory is out of the way"],
  ["rename", 2, "the new one is in its place"],
])(
  "killed with -9 behind %s no. %i (%s), what was there or what was restored is whole, and restoring again does it",
  async (name, count) => {
    const { restore, root, place, dataDir, file } = await setUp({ withKey: true });
    mkdirSync(dataDir);
    openDatabase(join(dataDir, "rookery.db"), MIGRATIONS).close();
    writeFileSync(join(dataDir, "letters.txt"), "dear");
    const script = join(root, "restore.mjs");
    writeFileSync(
      script,
      `${KILLED_BEHIND(name, count)}
    const { restoreBackup } = await import(${JSON.stringify(new URL("./restore-backup.ts", import.meta.url).pathname)});
    await restoreBackup(${JSON.stringify({ file, dataDir, migrations: MIGRATIONS, replace: true })});`,
    );
    const child = spawn(process.execPath, [script], { stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);

    const before = readdirSync(place).filter((each) => each.includes(".before-"));
    const old = before[0] === undefined ? dataDir : join(place, before[0]);
    expect(readFileSync(join(old, "letters.txt"), "utf8")).toBe("dear");
    if (!existsSync(dataDir)) {
      // Nobody mistakes it for a host without anything.
      await expect(startTestHost({ dataDir })).rejects.toMatchObject({ code: "RESTORE_UNFINISHED" });
    } else {
      expect(accountsIn(join(dataDir, "rookery.db"))).toEqual(before.length > 0 ? ["@bot:test"] : []);
    }
    await restore({ replace: true });
    expect(accountsIn(join(dataDir, "rookery.db"))).toEqual(["@bot:test"]);
    expect(readdirSync(place).filter((each) => each.endsWith(".restoring"))).toEqual([]);
  },
);
