import { existsSync, realpathSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { idOfKey, loadSecretKey } from "./config/secret-key.ts";
import { AppError, reasonOf } from "./errors.ts";
import { type BackupManifest, brokenBackup, KEY, REGISTRY, readBackup } from "./services/backup-file.ts";
import { syncDirectory } from "./store/backup-folder.ts";
import { migrationsIn } from "./store/database.ts";
import { lockDataDirectory } from "./store/lock.ts";
import { inspectRegistry } from "./store/registry-copy.ts";
import { stagedFor } from "./store/staged-restore.ts";
import { whyUnwritable } from "./store/unwritable.ts";

export { findAssets } from "./assets.ts";
export { readIdentities } from "./services/age-file.ts";

export interface Restored {
  dataDir: string;
  /** Where the directory lies that was there before. */
  before: string | null;
  /** When the backup was made, and by which version of Rookery. */
  createdAt: string;
  rookery: string;
  instances: number;
  bundles: number;
  /** Where the secret key came from; `null`: it is not there. */
  key: "backup" | "before" | null;
}

const LOCK = "lock";
/** What is left free on the disk. */
const SPARE_BYTES = 64 * 1024 * 1024;

/**
 * Makes a data directory of a backup, for a host that does not run. All of it is written beside the directory and
 * checked before anything changes, and comes to its place by being renamed. The next start brings an older registry to
 * the newest schema.
 *
 * @param options.replace a data directory may be there already; it is kept under another name
 * @param options.identities of age's, for a backup that is encrypted
 * @param options.count is told of the file's bytes as they are read
 * @throws AppError `BACKUP_INVALID`, `BACKUP_NEWER`, `BACKUP_ENCRYPTED`, `IDENTITY_WRONG`, `CONFLICT` where something is there,
 *   `DATA_LOCKED` while a host runs there, `DATA_UNWRITABLE`; nothing was changed then
 */
export async function restoreBackup(options: {
  file: string;
  dataDir: string;
  migrations: string;
  replace?: boolean;
  identities?: readonly string[];
  count?: (bytes: number) => void;
}): Promise<Restored> {
  const { file, migrations, replace = false, identities, count } = options;
  const named = resolve(options.dataDir);
  const dataDir = existsSync(named) ? realpathSync(named) : named;
  const known = migrationsIn(migrations).length;
  const staged = stagedFor(dataDir);
  await using held = new AsyncDisposableStack();
  try {
    const isThere = await claim(dataDir, replace, held);
    const made = await mkdir(staged, { recursive: true, mode: 0o700 });
    const lock = lockDataDirectory(staged);
    held.defer(lock.release);
    await empty(staged);
    let placed = false;
    held.defer(async () => {
      if (!placed) await rm(made ?? staged, { recursive: true, force: true });
    });

    const manifest = await readBackup(file, staged, (found) => judge(found, known, staged), {
      identities,
      count,
    });
    checkRegistry(join(staged, REGISTRY), manifest, known);
    const key = await findKey(manifest, staged, isThere ? dataDir : null);
    await syncFolders(staged);

    const before = isThere ? await freeName(dataDir) : null;
    // What SQLite has beside it would stay.
    lock.release();
    await putInPlace(staged, dataDir, before);
    placed = true;
    await syncDirectory(dirname(dataDir));
    const { createdAt, rookery } = manifest;
    return { dataDir, before, createdAt, rookery, ...countsOf(manifest), key };
  } catch (cause) {
    throw toldFailure(cause, file, "It could not be restored");
  }
}

export interface Verified {
  /** When it was made, and by which version of Rookery. */
  createdAt: string;
  rookery: string;
  instances: number;
  bundles: number;
  bytes: number;
  /** Whether it has its secret key. */
  withKey: boolean;
}

/**
 * Looks whether a backup is whole and could be restored: every part against its hash, the registry as a database, its key
 * against the one that it names. What is written for it goes again.
 *
 * @throws AppError `BACKUP_INVALID`, `BACKUP_NEWER`, `BACKUP_ENCRYPTED`, `IDENTITY_WRONG`, `NOT_FOUND`, `DATA_UNWRITABLE`
 */
export async function verifyBackup(options: {
  file: string;
  migrations: string;
  identities?: readonly string[];
  count?: (bytes: number) => void;
}): Promise<Verified> {
  const { file, migrations, identities, count } = options;
  const known = migrationsIn(migrations).length;
  const folder = await mkdtemp(join(tmpdir(), "rookery-verify-"));
  try {
    const isWanted = (name: string) => name === REGISTRY || name === KEY;
    const look = async (found: BackupManifest) => checkSchema(found, known);
    const manifest = await readBackup(file, folder, look, { identities, count, isWanted });
    checkRegistry(join(folder, REGISTRY), manifest, known);
    const key = await findKey(manifest, folder, null);
    const { createdAt, rookery, parts } = manifest;
    const bytes = parts.reduce((all, { size }) => all + size, 0);
    return { createdAt, rookery, ...countsOf(manifest), bytes, withKey: key !== null };
  } catch (cause) {
    throw toldFailure(cause, file, "It could not be verified");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Looks whether the directory may be taken, and keeps hosts out of it. @returns whether something is in it */
async function claim(dataDir: string, replace: boolean, held: AsyncDisposableStack): Promise<boolean> {
  const names = existsSync(dataDir) ? await readdir(dataDir) : [];
  if (names.length === 0) return false;
  if (!names.includes(REGISTRY)) {
    const text = `${dataDir} is not empty, and no data directory of Rookery's. Name another one.`;
    throw new AppError("CONFLICT", text);
  }
  held.defer(lockDataDirectory(dataDir).release);
  if (replace) return true;
  const text = `${dataDir} is not empty. Name another directory, or say --replace: what is there is kept beside it then.`;
  throw new AppError("CONFLICT", text);
}

function toldFailure(cause: unknown, file: string, what: string): AppError {
  if (cause instanceof AppError) return cause;
  const { code, path } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT" && path === file) {
    return new AppError("NOT_FOUND", `${file} cannot be read: there is no such file.`, { cause });
  }
  const why = whyUnwritable(cause) ?? reasonOf(cause);
  return new AppError("DATA_UNWRITABLE", `${what}: ${why}. Nothing was changed.`, { cause });
}

/** Of what a restoring that was killed left. */
async function empty(staged: string): Promise<void> {
  await chmod(staged, 0o700);
  for (const name of await readdir(staged)) {
    if (!name.startsWith(LOCK)) await rm(join(staged, name), { recursive: true, force: true });
  }
}

async function judge(
  { parts, schema, rookery }: BackupManifest,
  known: number,
  staged: string,
): Promise<void> {
  checkSchema({ schema, rookery }, known);
  const needed = parts.reduce((all, { size }) => all + size, 0);
  const { bavail, bsize } = await statfs(staged);
  const free = bavail * bsize - SPARE_BYTES;
  if (needed <= free) return;
  const text = `It has ${megabytes(needed)}, and there is room for ${megabytes(Math.max(0, free))} in ${dirname(staged)}. Nothing was changed.`;
  throw new AppError("DATA_UNWRITABLE", text);
}

function checkSchema({ schema, rookery }: Pick<BackupManifest, "schema" | "rookery">, known: number): void {
  if (schema > known) throw newer(rookery, schema, known);
}

function newer(rookery: string, schema: number, known: number): AppError {
  const text = `The backup was made by a newer Rookery (${rookery}, schema ${schema}; this one knows ${known}). Restore it with that version. Nothing was changed.`;
  return new AppError("BACKUP_NEWER", text);
}

function checkRegistry(file: string, { schema, rookery }: BackupManifest, known: number): void {
  let found: number;
  try {
    found = inspectRegistry(file);
  } catch (error) {
    throw brokenBackup(reasonOf(error));
  }
  if (found > known) throw newer(rookery, found, known);
  if (found !== schema) throw brokenBackup(`its registry has the schema ${found}, not ${schema}`);
}

/** The key that belongs to it: its own, or that of the directory whose place it takes. */
async function findKey(
  { parts, keyId }: BackupManifest,
  staged: string,
  before: string | null,
): Promise<Restored["key"]> {
  if (parts.some(({ name }) => name === KEY)) {
    if (idOfKey(loadSecretKey(staged, undefined)) !== keyId) throw brokenBackup("its key is another");
    return "backup";
  }
  if (before === null || !existsSync(join(before, KEY))) return null;
  if (idOfKey(loadSecretKey(before, undefined)) !== keyId) return null;
  await copyFile(join(before, KEY), join(staged, KEY));
  return "before";
}

async function putInPlace(staged: string, dataDir: string, before: string | null): Promise<void> {
  if (before !== null) await rename(dataDir, before);
  try {
    await rename(staged, dataDir);
  } catch (cause) {
    if (before === null) throw cause;
    await rename(before, dataDir).catch((error: unknown) => {
      const text = `Something came to ${dataDir} meanwhile (${reasonOf(error)}). What was there before is ${before}: move it back.`;
      throw new AppError("DATA_UNWRITABLE", text, { cause });
    });
    throw cause;
  }
}

/** So that what the files are called outlives a power cut, too. */
async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  await syncDirectory(folder);
}

async function freeName(dataDir: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const names = await readdir(dirname(dataDir));
  for (let more = 1; ; more++) {
    const name = `${basename(dataDir)}.before-${day}${more > 1 ? `-${more}` : ""}`;
    if (!names.includes(name)) return join(dirname(dataDir), name);
  }
}

function countsOf({ parts }: BackupManifest): { instances: number; bundles: number } {
  const has = (start: string) => new Set(parts.flatMap(({ name }) => partIn(name, start)));
  return { instances: has("instances/").size, bundles: has("bundles/").size };
}

const partIn = (name: string, start: string) =>
  name.startsWith(start) ? [name.slice(start.length).split("/")[0]] : [];
const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
