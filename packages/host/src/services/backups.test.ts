import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { createTurns } from "../runtime/turns.ts";
import { type BackupFolder, createBackupFolder } from "../store/backup-folder.ts";
import { createBundleStore } from "../store/bundles.ts";
import { createKeyValueStore } from "../store/key-value.ts";
import { copyRegistry } from "../store/registry-copy.ts";
import { copyDatabase } from "../store/snapshots.ts";
import { createStaging } from "../store/staging.ts";
import { addInstances, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readBackup, writeBackup } from "./backup-file.ts";
import { type Backups, createBackups } from "./backups.ts";

const PLUGIN = "org.example.test";

/** Over the real store and disk; its instances have no database of their own. */
function setUp({
  keep = { last: 7, daily: 0, weekly: 0, monthly: 0 },
  recipients = [] as string[],
  change = (folder: BackupFolder) => folder,
} = {}) {
  const dataDir = temporaryDirectory();
  const store = openTestStore(join(dataDir, "rookery.db"));
  addInstances(store, ["one"]);
  const bundles = createBundleStore(join(dataDir, "bundles"));
  bundles.write("ab".repeat(32), Buffer.from("a bundle"));
  const directoryOf = (id: string) => join(dataDir, "instances", id);
  const kept = createKeyValueStore(join(directoryOf("one"), "store.db"));
  kept.set("note", '"kept"');
  kept.close();
  const path = join(dataDir, "backups");
  const warnings: string[] = [];
  const turns = createTurns();
  let time = Date.UTC(2026, 10, 26, 3);
  const open = (): Backups =>
    createBackups({
      ...{ ...store, bundles, turns, directoryOf, keep, recipients },
      registry: join(dataDir, "rookery.db"),
      secretKey: randomBytes(32),
      upgrades: { bundlesOf: () => new Set(["ab".repeat(32)]) },
      databases: { copy: () => Promise.resolve(false) },
      folder: change(createBackupFolder(path)),
      staging: createStaging(join(dataDir, "instances")),
      startWork: () => ({ copyRegistry, copyDatabase, write: writeBackup, end: async () => undefined }),
      warn: (message) => void warnings.push(message),
      now: () => (time += 1_000),
    });
  return { ...{ dataDir, store, path, warnings, turns, open, backups: open() } };
}

const make = (backups: Backups, withKey = false) => backups.make({ withKey });
const version = {
  ...{ id: PLUGIN, version: "0.9.0", sha256: "99", size: 1, installedAt: 1, at: 1, instances: [], starts: 0 },
  ...{ signer: null, manifest: { id: PLUGIN } as never },
};

async function partsOf(dataDir: string, name: string) {
  const to = temporaryDirectory();
  const { parts } = await readBackup(join(dataDir, "backups", name), to, async () => undefined);
  return { to, names: parts.map((part) => part.name) };
}

test("a backup has the registry, the bundles and the instances' data, and the key where it was asked for", async () => {
  const { backups, dataDir, path } = setUp();
  const one = await make(backups);
  const bundle = `bundles/${"ab".repeat(32)}.mbp`;
  expect((await partsOf(dataDir, one.name)).names).toEqual(["rookery.db", bundle, "instances/one/store.db"]);
  expect(one).toMatchObject({ name: "rookery-2026-11-26T03-00-01.000Z.tar.zst", withKey: false });
  const other = await make(backups, true);
  expect((await partsOf(dataDir, other.name)).names).toContain("secret.key");
  expect(backups.list()).toEqual([other, one]);
  expect(other).toMatchObject({ withKey: true, size: statSync(join(path, other.name)).size });
  expect(statSync(join(path, other.name)).mode & 0o777).toBe(0o600);
  expect(backups.lastGoodAt()).toBe(Date.UTC(2026, 10, 26, 3, 0, 2));
  expect(readdirSync(join(dataDir, "instances", ".staging"))).toEqual([]);
  backups.remove(one.name);
  expect(backups.list()).toEqual([other]);
  for (const name of [one.name, "../rookery.db", `../backups/${other.name}`, "notes.txt"]) {
    expect(() => backups.open(name)).toThrow("There is no backup");
    expect(() => backups.remove(name)).toThrow("There is no backup");
  }
});

test("one is encrypted to the recipients of all backups and to those that were named for it, and kept as the others are", async () => {
  const identities = [await generateX25519Identity(), await generateX25519Identity()];
  const [always, once] = await Promise.all(identities.map((identity) => identityToRecipient(identity)));
  const { backups, path } = setUp({
    recipients: [always ?? ""],
    keep: { last: 2, daily: 0, weekly: 0, monthly: 0 },
  });
  const read = (name: string, identity: string) =>
    readBackup(join(path, name), temporaryDirectory(), async () => undefined, { identities: [identity] });

  const plain = await make(backups);
  expect(plain).toMatchObject({ name: "rookery-2026-11-26T03-00-01.000Z.tar.zst.age", encrypted: true });
  const other = await backups.make({ withKey: true, recipients: [once ?? "", always ?? ""] });
  expect(other).toMatchObject({ name: expect.stringMatching(/\.with-key\.tar\.zst\.age$/), withKey: true });
  expect(backups.list()).toEqual([other, plain]);
  await read(plain.name, identities[0] ?? "");
  await expect(read(plain.name, identities[1] ?? "")).rejects.toMatchObject({ code: "IDENTITY_WRONG" });
  for (const identity of identities) await read(other.name, identity);
  const third = await make(backups);
  expect(readdirSync(path).sort()).toEqual([other.name, third.name].sort());

  const mistyped = backups.make({ withKey: false, recipients: ["age1mistyped"] });
  await expect(mistyped).rejects.toMatchObject({ code: "RECIPIENT_INVALID" });
  expect(backups.lastFailure()).toBeNull();
});

test("the oldest beyond those that are kept go, and nothing that is no backup by its name", async () => {
  const { backups, path } = setUp({ keep: { last: 2, daily: 0, weekly: 0, monthly: 0 } });
  mkdirSync(path);
  const others = ["notes.txt", "rookery-2020.tar.zst", "my-rookery-2020-01-01T00-00-00.000Z.tar.zst"];
  for (const name of others) writeFileSync(join(path, name), "not a backup");
  const names: string[] = [];
  for (let i = 0; i < 4; i++) names.push((await make(backups, i === 1)).name);
  expect(readdirSync(path).sort()).toEqual([...others, ...names.slice(2)].sort());
});

test("what a killed host left half written goes at the next start, and with the next backup", async () => {
  const { open, path } = setUp();
  mkdirSync(path);
  const half = "rookery-2026-11-25T03-00-00.000Z.tar.zst.part";
  const leave = () => {
    for (const name of [half, "somebody.part"]) writeFileSync(join(path, name), "half");
  };
  leave();
  const backups = open();
  expect(readdirSync(path)).toEqual(["somebody.part"]);
  leave();
  const { name } = await make(backups);
  expect(readdirSync(path).sort()).toEqual([name, "somebody.part"]);
});

test("a full disk leaves nothing behind, says so in words, and is forgotten with the next good one", async () => {
  let full = true;
  const { backups, path, dataDir } = setUp({
    change: (folder) => ({
      ...folder,
      put: (about, write) =>
        folder.put(about, async (file) => {
          await write(file);
          if (full) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        }),
    }),
  });
  const why = `The backup could not be written to ${path}: the disk is full. Nothing is left of it.`;
  await expect(make(backups)).rejects.toMatchObject({ code: "BACKUP_FAILED", message: why });
  expect(readdirSync(path)).toEqual([]);
  expect(readdirSync(join(dataDir, "instances", ".staging"))).toEqual([]);
  expect(backups.lastFailure()).toBe(why);
  expect(backups.lastGoodAt()).toBeNull();
  full = false;
  await make(backups);
  expect(backups.lastFailure()).toBeNull();
});

test("a folder that is none is told, and keeps no host from starting", async () => {
  const { open, path, warnings, backups } = setUp();
  writeFileSync(path, "a file");
  await expect(make(backups)).rejects.toMatchObject({ code: "BACKUP_FAILED" });
  const other = open();
  expect(warnings).toEqual([expect.stringMatching(/^The folder of the backups, .* cannot be read: /)]);
  expect(other.lastFailure()).toBe(warnings[0]);
  expect(() => other.list()).toThrow("cannot be read");
  rmSync(path);
  await make(other);
  expect(other.lastFailure()).toBeNull();
});

test("one is made at a time, and one that a stopping host ends leaves nothing and counts as no failure", async () => {
  const { backups, turns, path } = setUp();
  const { promise: upgrade, resolve: upgraded } = Promise.withResolvers<void>();
  void turns.take(PLUGIN, () => upgrade);
  const first = make(backups);
  expect(backups.isUnderWay()).toBe(true);
  await expect(make(backups)).rejects.toMatchObject({ code: "CONFLICT" });
  const closed = backups.close();
  upgraded();
  await expect(first).rejects.toMatchObject({ code: "BACKUP_FAILED", message: /was stopped/ });
  await closed;
  expect(backups.lastFailure()).toBeNull();
  expect(existsSync(path) ? readdirSync(path) : []).toEqual([]);
});

test("an upgrade that is watched is trusted in the backup, since the databases to go back to are not in it", async () => {
  const { backups, store, dataDir } = setUp();
  store.versions.put({ ...version, role: "previous", version: "0.8.0", sha256: "88", reason: null });
  store.versions.put({ ...version, role: "replaced", reason: null });
  const { to } = await partsOf(dataDir, (await make(backups)).name);
  const db = new Database(join(to, "rookery.db"));
  expect(db.prepare("SELECT role, version FROM plugin_version").raw().all()).toEqual([["previous", "0.9.0"]]);
  db.close();
  expect(store.versions.list().map(({ role }) => role)).toEqual(["previous", "replaced"]);
});

test("while an old version is being put back there is nothing to make a backup of", async () => {
  const { backups, store } = setUp();
  store.versions.put({ ...version, role: "replaced", reason: "It is bad." });
  await expect(make(backups)).rejects.toMatchObject({
    code: "BACKUP_FAILED",
    message: /put back to version 0\.9\.0/,
  });
});
