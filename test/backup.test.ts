import { execFileSync, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, watch } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Backup, Instance, Notice } from "@rookery/host/api";
import { findAssets, type Restored, verifyBackup } from "@rookery/host/restore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Availability, onPath } from "./available.ts";
import { describeWith } from "./describe-with.ts";
import { OPERATOR, type Rookery, startRookery } from "./rookery/rookery.ts";
import { isSmallDiskAvailable, makeSmallDisk } from "./storage/small-disk.ts";

const PROGRAM = join(import.meta.dirname, "../packages/cli/bin/rookery.mjs");
const MEGABYTES = 12;
/** `ROOKERY_TEST_KILLS=100` is the long form. */
const KILLS = Number(process.env.ROOKERY_TEST_KILLS ?? 2);
/** Debian's `age`, which brings `age-keygen`. */
const age: Availability = onPath("age-keygen")
  ? { available: true }
  : { available: false, reason: "age is not on the PATH" };

const childrenOf = (pid: number) =>
  readdirSync("/proc").filter(
    (each) => /^\d+$/.test(each) && read(`/proc/${each}/stat`).split(") ")[1]?.split(" ")[1] === String(pid),
  );
const commandOf = (pid: string) => read(`/proc/${pid}/cmdline`);
/** `""` where the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** A database that takes a while to be copied and packed. */
function fillDatabase(dataDir: string): void {
  const db = new DatabaseSync(join(dataDir, "instances/hello/database.db"));
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE filling (bytes BLOB)");
  db.prepare("INSERT INTO filling VALUES (?)").run(randomBytes(MEGABYTES * 1_000_000));
  db.close();
}

describe("backups of a host", () => {
  let rookery: Rookery;
  let home: string;
  let folder: string;

  beforeAll(async () => {
    rookery = await startRookery({ args: ["--playground"] });
    home = await mkdtemp(join(tmpdir(), "rookery-home-"));
    folder = join(rookery.dataDir, "backups");
    await mkdir(join(rookery.dataDir, "instances/hello"), { recursive: true });
    fillDatabase(rookery.dataDir);
    await run(["login", rookery.url, "--user", OPERATOR.name], `${OPERATOR.password}\n`);
  });
  afterAll(async () => {
    await rookery?.dispose();
    await rm(home, { recursive: true, force: true });
  });

  async function run(args: string[], input = "") {
    const env = { PATH: process.env.PATH ?? "", HOME: home };
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: home, env });
    child.stdin.end(input);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number]>,
    ]);
    return { out, err, code };
  }

  it("killed in the middle of one, the host leaves a temporary file at most, and none after its next start", async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (!name?.endsWith(".part")) return;
        watcher.close();
        resolve();
      });
    });
    const asked = rookery.request("POST", "/backups", {}).catch(() => "cut off");
    await begun;
    const maker = childrenOf(rookery.pid).find((pid) => commandOf(pid).includes("backup.mjs"));
    expect(maker).toBeDefined();
    await rookery.kill();
    // It would write on into what the next start removes.
    while (commandOf(maker ?? "") !== "") await delay(5);
    expect(await asked).toBe("cut off");
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^rookery-.+\.tar\.zst\.part$/)]);
    await rookery.start();
    expect(await readdir(folder)).toEqual([]);
    expect(await rookery.api("GET", "/backups")).toEqual([]);
    const staged = await readdir(join(rookery.dataDir, "instances/.staging")).catch(() => []);
    expect(staged).toEqual([]);
  });

  it(`killed at ${KILLS} random moments of one, the host has whole backups or none after its next start, and all of its data`, async () => {
    const from = performance.now();
    await rookery.api("POST", "/backups", {});
    const wholeMs = Math.ceil(performance.now() - from);
    const { migrations } = findAssets();
    for (let kill = 0; kill < KILLS; kill++) {
      const afterMs = randomInt(wholeMs);
      const asked = rookery.request("POST", "/backups", {}).catch(() => "cut off");
      await delay(afterMs);
      await rookery.kill();
      await asked;
      await rookery.start();
      const at = `killed after ${afterMs} of ${wholeMs} ms`;
      const names = await readdir(folder);
      expect(
        names.filter((name) => !name.endsWith(".tar.zst")),
        at,
      ).toEqual([]);
      for (const name of names) await verifyBackup({ file: join(folder, name), migrations });
      expect(await readdir(join(rookery.dataDir, "instances/.staging")).catch(() => []), at).toEqual([]);
      for (const name of ["rookery.db", "instances/hello/database.db"]) {
        const db = new DatabaseSync(join(rookery.dataDir, name), { readOnly: true });
        expect(db.prepare("PRAGMA integrity_check").all(), at).toEqual([{ integrity_check: "ok" }]);
        db.close();
      }
      await rookery.until("hello", ({ status }) => status === "running");
    }
    for (const { name } of await rookery.api<Backup[]>("GET", "/backups")) {
      await rookery.api("DELETE", `/backups/${name}`);
    }
  });

  it("the command line makes and downloads one, and restores it for a host that starts with it", async () => {
    const made = await run(["backup", "-o", "first.tar.zst"]);
    expect([made.code, made.err]).toEqual([0, ""]);
    expect(made.out).toMatch(
      /^first\.tar\.zst is the backup \(\d+ bytes\); the host keeps it as rookery-.+\.tar\.zst\.\nIt has no secret key: keep the host's secret\.key elsewhere\. /,
    );
    const file = join(home, "first.tar.zst");
    const [kept] = await rookery.api<Backup[]>("GET", "/backups");
    expect((await readFile(file)).equals(await readFile(join(folder, kept?.name ?? "")))).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const verified = await run(["backup", "verify", file]);
    expect([verified.code, verified.err]).toEqual([0, ""]);
    expect(verified.out).toMatch(
      / is whole: of .+ \(Rookery 0\.1\.0\), with the data of 2 instances, 2 bundles\.\n/,
    );

    const into = join(home, "restored");
    const running = await run(["restore", file, "--data-dir", rookery.dataDir, "--replace"]);
    expect(running).toMatchObject({ code: 1, err: expect.stringMatching(/^Another Rookery runs with /) });
    const there = await run(["restore", file, "--data-dir", home]);
    expect(there).toMatchObject({ code: 1, err: expect.stringContaining("is not empty") });
    const restored = await run(["restore", file, "--data-dir", into]);
    expect([restored.code, restored.err]).toEqual([0, ""]);
    expect(restored.out).toMatch(
      / is as it was at .+ \(Rookery 0\.1\.0\): the data of 2 instances, 2 bundles\.\n/,
    );
    expect(restored.out).toContain(`put the one that belongs to it at ${join(into, "secret.key")}`);
    await cp(join(rookery.dataDir, "secret.key"), join(into, "secret.key"));
    const again = await startRookery({ env: { ROOKERY_DATA_DIR: into }, signIn: false });
    try {
      const session = await fetch(`${again.url}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(OPERATOR),
      });
      const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
      const instances = await fetch(`${again.url}/api/v1/instances`, { headers: { cookie } });
      const ids = ((await instances.json()) as Instance[]).map(({ id }) => id);
      expect(ids).toEqual((await rookery.api<Instance[]>("GET", "/instances")).map(({ id }) => id));
    } finally {
      await again.dispose();
    }
    const db = new DatabaseSync(join(into, "instances/hello/database.db"));
    expect(db.prepare("SELECT length(bytes) AS size FROM filling").get()).toEqual({
      size: MEGABYTES * 1_000_000,
    });
    db.close();
  });

  it("takes the key along where told, says so, and keeps what it replaces", async () => {
    const made = await run(["backup", "--with-key"]);
    expect(made.out).toContain(
      "The secret key is in it: whoever can read the file has every login and secret.",
    );
    const name =
      (await readdir(home)).find((each) => each.endsWith(".with-key.tar.zst")) ?? expect.unreachable();
    const into = join(home, "restored");
    const { out } = await run(["restore", name, "--data-dir", into, "--replace", "--json"]);
    const { key, before } = JSON.parse(out) as Restored;
    expect([key, await readdir(before ?? "")]).toEqual(["backup", expect.arrayContaining(["rookery.db"])]);
    await writeFile(join(home, "cut.tar.zst"), (await readFile(join(home, name))).subarray(0, 100_000));
    const cut = await run(["restore", "cut.tar.zst", "--data-dir", into, "--replace"]);
    expect(cut).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^This is no backup of Rookery's, or it was damaged/),
    });
    for (const wrong of [["restore"], ["restore", name], ["backup", name]])
      expect((await run(wrong)).code).toBe(2);
  });

  describeWith([age], "with age, the program", () => {
    it("what Rookery encrypted it decrypts, and what it encrypted Rookery restores; nobody else does", async () => {
      const at = (name: string) => join(home, name);
      const keygen = (name: string) => execFileSync("age-keygen", ["-o", at(name)], { stdio: "pipe" });
      for (const name of ["mine.txt", "other.txt"]) keygen(name);
      const recipient = execFileSync("age-keygen", ["-y", at("mine.txt")], { encoding: "utf8" }).trim();

      const made = await run(["backup", "-o", "sealed.age", "--with-key", "--recipient", recipient]);
      expect([made.code, made.err]).toEqual([0, ""]);
      expect(made.out).toContain(
        "It is encrypted: without the identity of one of its recipients nobody reads it",
      );
      execFileSync("age", ["-d", "-i", at("mine.txt"), "-o", at("plain.tar.zst"), at("sealed.age")]);
      const verified = await run(["backup", "verify", "plain.tar.zst"]);
      expect(verified).toMatchObject({ code: 0, out: expect.stringContaining("plain.tar.zst is whole") });

      const sealed = await run(["backup", "verify", "sealed.age"]);
      expect(sealed).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^It is encrypted to one recipient: .+ --identity\.\n/),
      });
      const opened = await run(["backup", "verify", "sealed.age", "--identity", "mine.txt"]);
      expect(opened).toMatchObject({ code: 0, out: expect.stringContaining("sealed.age is whole") });

      execFileSync("age", ["-r", recipient, "-o", at("again.age"), at("plain.tar.zst")]);
      const into = at("from-age");
      const wrong = await run(["restore", "again.age", "--data-dir", into, "--identity", "other.txt"]);
      expect(wrong).toMatchObject({
        code: 1,
        err: expect.stringContaining("the identity is not theirs. Nothing was changed."),
      });
      const restored = await run([
        "restore",
        "again.age",
        "--data-dir",
        into,
        "--identity",
        "mine.txt",
        "--json",
      ]);
      expect(JSON.parse(restored.out)).toMatchObject({ key: "backup", instances: 2 });
    });
  });
});

describeWith([isSmallDiskAvailable()], "a disk that is too small for a backup", () => {
  it("is told in words, has nothing left on it, and is no harm to the bots", async () => {
    const disk = makeSmallDisk(4);
    const rookery = await startRookery({
      args: ["--playground"],
      env: { ROOKERY_BACKUP_PATH: join(disk.path, "backups") },
    });
    try {
      await mkdir(join(rookery.dataDir, "instances/hello"), { recursive: true });
      fillDatabase(rookery.dataDir);
      const answer = await rookery.request("POST", "/backups", {});
      const { detail } = (await answer.json()) as { detail: string };
      const folder = join(disk.path, "backups");
      expect([answer.status, detail]).toEqual([
        ...[507, `The backup could not be written to ${folder}: the disk is full. Nothing is left of it.`],
      ]);
      expect(await readdir(folder)).toEqual([]);
      const [notice] = await rookery.api<Notice[]>("GET", "/notices");
      expect(notice?.message).toBe(`The last backup failed: ${detail}`);
      expect((await rookery.instance("hello")).status).toBe("running");
    } finally {
      await rookery.dispose();
      await disk.dispose();
    }
  });
});
