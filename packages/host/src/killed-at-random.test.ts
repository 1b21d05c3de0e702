import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { idOfKey, keyFileText } from "./config/secret-key.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./services/backup-file.ts";
import { migrationsIn, openDatabase } from "./store/database.ts";
import { stagedFor } from "./store/staged-restore.ts";
import { startTestHost } from "./testing/host.ts";
import { MIGRATIONS } from "./testing/store.ts";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

/** `ROOKERY_TEST_KILLS=200` is the long form. */
const KILLS = Number(process.env.ROOKERY_TEST_KILLS ?? 3);
const NEWEST = migrationsIn(MIGRATIONS).length;
const ROWS = 1_000;

/**
 * Runs `work` in a process of its own, and ends that as `kill -9` does.
 *
 * @param work code of a module; what it imports is imported before the time counts
 * @param afterMs `Infinity`: it comes to its end
 * @returns how long it worked, in ms
 */
async function runAndKill(work: { imports: string; code: string }, afterMs: number): Promise<number> {
  const script = `${work.imports}\nprocess.stdout.write("begun");\n${work.code}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const begun = performance.now();
  const timer =
    afterMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => child.kill("SIGKILL"), afterMs);
  const [code, signal] = await once(child, "exit");
  clearTimeout(timer);
  expect(signal ?? code, "it failed before it was killed").toBeOneOf([0, "SIGKILL"]);
  return performance.now() - begun;
}

const path = (file: string) => JSON.stringify(new URL(file, import.meta.url).pathname);

/** A registry as the first version made it, with something in it that takes a while to copy. */
function oldRegistry(file: string): void {
  const first = temporaryDirectory();
  const [name = ""] = migrationsIn(MIGRATIONS);
  cpSync(join(MIGRATIONS, name), join(first, name));
  const db = openDatabase(file, first);
  db.exec("CREATE TABLE ballast (id INTEGER PRIMARY KEY, bytes BLOB)");
  const insert = db.prepare("INSERT INTO ballast (bytes) VALUES (?)");
  db.transaction(() => {
    for (let row = 0; row < ROWS; row++) insert.run(randomBytes(4_000));
  })();
  db.close();
}

/** Throws where something of it is missing or damaged. @returns its schema */
function inspect(file: string): number {
  const db = new Database(file, { fileMustExist: true });
  try {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.prepare("SELECT count(*) FROM ballast").pluck().get()).toBe(ROWS);
    return db.pragma("user_version", { simple: true }) as number;
  } finally {
    db.close();
  }
}

test(`killed with -9 at ${KILLS} random moments of all migrations, the registry is as before or as after, and the next start brings it on`, async () => {
  const origin = join(temporaryDirectory(), "rookery.db");
  oldRegistry(origin);
  const setUp = () => {
    const file = join(temporaryDirectory(), "rookery.db");
    cpSync(origin, file);
    const code = `openDatabase(${JSON.stringify(file)}, ${JSON.stringify(MIGRATIONS)}).close();`;
    return {
      file,
      work: { imports: `const { openDatabase } = await import(${path("./store/database.ts")});`, code },
    };
  };
  const whole = setUp();
  const wholeMs = await runAndKill(whole.work, Number.POSITIVE_INFINITY);
  expect(inspect(whole.file)).toBe(NEWEST);

  for (let kill = 0; kill < KILLS; kill++) {
    const { file, work } = setUp();
    const afterMs = randomInt(Math.ceil(wholeMs));
    await runAndKill(work, afterMs);
    const at = `killed after ${afterMs} of ${wholeMs} ms`;
    expect(inspect(file), at).toBeOneOf([1, NEWEST]);
    openDatabase(file, MIGRATIONS).close();
    expect([at, inspect(file), inspect(`${file}.schema-1`)]).toEqual([at, NEWEST, 1]);
    expect(readdirSync(join(file, "..")).sort(), at).toEqual(["rookery.db", "rookery.db.schema-1"]);
  }
}, 600_000);

test(`killed with -9 at ${KILLS} random moments of a restore, what was there or what was restored is whole, and restoring again does it`, async () => {
  const root = temporaryDirectory();
  const [from, place] = [join(root, "from"), join(root, "place")];
  const [dataDir, file] = [join(place, "data"), join(root, "backup")];
  const key = randomBytes(32);
  for (const folder of ["instances/one", "instances/two"]) mkdirSync(join(from, folder), { recursive: true });
  oldRegistry(join(from, "rookery.db"));
  openDatabase(join(from, "rookery.db"), MIGRATIONS).close();
  writeFileSync(join(from, "secret.key"), keyFileText(key));
  const names = ["rookery.db", "secret.key", "instances/one/store.db", "instances/two/store.db"];
  for (const name of names.slice(2)) cpSync(join(from, "rookery.db"), join(from, name));
  const about = {
    rookery: "0.1.0",
    schema: NEWEST,
    createdAt: "2026-11-26T00:00:00.000Z",
    keyId: idOfKey(key),
  };
  await writeBackup(file, about, from, names);

  const options = { file, dataDir, migrations: MIGRATIONS, replace: true };
  const work = {
    imports: `const { restoreBackup } = await import(${path("./restore-backup.ts")});`,
    code: `await restoreBackup(${JSON.stringify(options)});`,
  };
  /** A data directory with a letter in it, where it is what was there before. */
  const setUp = () => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dataDir, { recursive: true });
    cpSync(join(from, "rookery.db"), join(dataDir, "rookery.db"));
    writeFileSync(join(dataDir, "letter.txt"), "dear");
  };
  const isBefore = (folder: string) => existsSync(join(folder, "letter.txt"));
  const inspectAll = (folder: string) => {
    for (const name of isBefore(folder) ? ["rookery.db"] : names.filter((each) => each.endsWith(".db"))) {
      expect(inspect(join(folder, name))).toBe(NEWEST);
    }
  };
  setUp();
  const wholeMs = await runAndKill(work, Number.POSITIVE_INFINITY);

  for (let kill = 0; kill < KILLS; kill++) {
    setUp();
    const afterMs = randomInt(Math.ceil(wholeMs));
    await runAndKill(work, afterMs);
    const at = `killed after ${afterMs} of ${wholeMs} ms`;
    const left = readdirSync(place).map((name) => join(place, name));
    // What was there before is there, whatever it is called by now.
    expect(left.filter(isBefore), at).toHaveLength(1);
    for (const folder of left) if (folder !== stagedFor(dataDir)) inspectAll(folder);
    if (!existsSync(dataDir)) {
      await expect(startTestHost({ dataDir })).rejects.toMatchObject({ code: "RESTORE_UNFINISHED" });
    }
    const replace = existsSync(dataDir);
    await restoreBackup({ ...options, replace });
    inspectAll(dataDir);
    expect([at, isBefore(dataDir), existsSync(stagedFor(dataDir))]).toEqual([at, false, false]);
  }
}, 600_000);
