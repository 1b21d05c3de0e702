import type { Readable } from "node:stream";
import { idOfKey } from "../config/secret-key.ts";
import { AppError, reasonOf } from "../errors.ts";
import type { BackupFolder, StoredBackup } from "../store/backup-folder.ts";
import type { Staging } from "../store/staging.ts";
import { whyUnwritable } from "../store/unwritable.ts";
import { VERSION } from "../version.ts";
import { checkRecipients } from "./age-file.ts";
import { type BackupSources, gatherBackup } from "./backup-parts.ts";
import type { BackupWorker } from "./backup-process.ts";
import { type Keep, keptOf } from "./kept-backups.ts";

/** Backups of all that the host has, each one file. */
export interface Backups {
  /**
   * Makes one while the host goes on, and deletes those that are not to be kept.
   *
   * @param withKey with the secret key: whoever can read the file has every login and secret then
   * @param recipients of age's, to whom it is encrypted beside those of all backups
   * @throws AppError `RECIPIENT_INVALID`, `CONFLICT` while another one is made, `BACKUP_FAILED`; nothing is left of it then
   */
  make(options: { withKey: boolean; recipients?: readonly string[] }): Promise<StoredBackup>;
  /** The newest first. @throws AppError `BACKUP_FAILED` where the folder cannot be read */
  list(): StoredBackup[];
  /** @throws AppError `NOT_FOUND` */
  open(name: string): { backup: StoredBackup; bytes: Readable };
  /** @throws AppError `NOT_FOUND` */
  remove(name: string): void;
  /** When the newest one was begun, in milliseconds since 1970. @throws as `list` */
  lastGoodAt(): number | null;
  /** Why the last one failed; `null` where it did not, or none was made since the start. */
  lastFailure(): string | null;
  /** Resolves when none is being made. */
  idle(): Promise<void>;
  isUnderWay(): boolean;
  /** Ends the one that is being made. */
  close(): Promise<void>;
}

export function createBackups(
  options: BackupSources & {
    folder: BackupFolder;
    staging: Staging;
    keep: Keep;
    /** Of age's, to whom every backup is encrypted; nobody: it is not. */
    recipients: readonly string[];
    /** Begins the work on one backup, which ends with the signal. */
    startWork: (signal: AbortSignal) => BackupWorker;
    warn: (message: string, error?: unknown) => void;
    now?: () => number;
  },
): Backups {
  const { folder, staging, keep, startWork, warn, now = Date.now } = options;
  const closing = new AbortController();
  const keyId = idOfKey(options.secretKey);
  let current: Promise<StoredBackup> | null = null;
  let failure: string | null = null;
  /** What is being written to: the copies, then the file. */
  let where = folder.path;

  try {
    folder.sweep();
  } catch (error) {
    // Bots run without backups, too.
    failure = unreadable(error).message;
    warn(failure, error);
  }

  async function make(withKey: boolean, recipients: readonly string[]): Promise<StoredBackup> {
    const createdAt = now();
    const { signal } = closing;
    const { path, remove } = staging.make();
    const work = startWork(signal);
    where = path;
    try {
      signal.throwIfAborted();
      folder.sweep();
      const { names, schema } = await gatherBackup(options, work, path, withKey, signal);
      const about = { rookery: VERSION, schema, createdAt: new Date(createdAt).toISOString(), keyId };
      where = folder.path;
      const encrypted = recipients.length > 0;
      return await folder.put({ createdAt, withKey, encrypted }, (file) =>
        work.write(file, about, path, names, recipients),
      );
    } finally {
      await work.end();
      await remove();
    }
  }

  function failed(cause: unknown): AppError {
    if (closing.signal.aborted) {
      return new AppError("BACKUP_FAILED", "Rookery was stopped while the backup was made.", { cause });
    }
    const why = whyUnwritable(cause);
    if (cause instanceof AppError && why === null) return cause;
    const text = `The backup could not be written to ${where}: ${why ?? reasonOf(cause)}. Nothing is left of it.`;
    return new AppError("BACKUP_FAILED", text, { cause });
  }

  function unreadable(cause: unknown): AppError {
    const text = `The folder of the backups, ${folder.path}, cannot be read: ${whyUnwritable(cause) ?? reasonOf(cause)}.`;
    return new AppError("BACKUP_FAILED", text, { cause });
  }

  function prune(): void {
    try {
      const backups = folder.list();
      const kept = keptOf(backups, keep);
      for (const { name } of backups) if (!kept.has(name)) folder.remove(name);
    } catch (error) {
      warn("The backups beyond those that are kept could not be deleted; the next one tries again.", error);
    }
  }

  function list(): StoredBackup[] {
    try {
      return folder.list();
    } catch (error) {
      throw unreadable(error);
    }
  }

  function found(name: string): StoredBackup {
    const backup = folder.get(name);
    if (backup) return backup;
    throw new AppError("NOT_FOUND", `There is no backup "${name}".`);
  }

  return {
    async make({ withKey, recipients = [] }) {
      // What somebody mistyped is no backup that failed.
      if (recipients.length > 0) await checkRecipients(recipients);
      if (current) throw new AppError("CONFLICT", "A backup is being made. Wait until it is done.");
      current = make(withKey, [...new Set([...options.recipients, ...recipients])]);
      try {
        const made = await current;
        failure = null;
        prune();
        return made;
      } catch (error) {
        const refusal = failed(error);
        if (!closing.signal.aborted) failure = refusal.message;
        throw refusal;
      } finally {
        current = null;
      }
    },
    list,
    open(name) {
      const backup = found(name);
      return { backup, bytes: folder.read(name) };
    },
    remove: (name) => folder.remove(found(name).name),
    lastGoodAt: () => list()[0]?.createdAt ?? null,
    lastFailure: () => failure,
    isUnderWay: () => current !== null,
    async idle() {
      await current?.catch(() => undefined);
    },
    async close() {
      closing.abort();
      await current?.catch(() => undefined);
    },
  };
}
