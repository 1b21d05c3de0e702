import type { BackupManifest } from "../services/backup-file.ts";

/** What of a backup is done in a process of its own. */
export interface BackupWork {
  /** As `copyRegistry`. @returns the number of its schema */
  copyRegistry(file: string, to: string): Promise<number>;
  /** As `copyDatabase`. */
  copyDatabase(from: string, to: string): Promise<void>;
  /** As `writeBackup`. */
  write(
    file: string,
    about: Omit<BackupManifest, "format" | "parts">,
    folder: string,
    names: readonly string[],
    recipients?: readonly string[],
  ): Promise<void>;
}

/** One piece of it, as it goes to the process. */
export type BackupCall = {
  [Name in keyof BackupWork]: { name: Name; args: Parameters<BackupWork[Name]> };
}[keyof BackupWork];

/** How it ended; `code` is that of an `AppError`, or of the system. */
export type BackupAnswer = { done: unknown } | { message: string; code: string | undefined; isOurs: boolean };
