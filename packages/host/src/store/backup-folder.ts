import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A backup that lies in the folder. */
export interface StoredBackup {
  name: string;
  /** In bytes. */
  size: number;
  /** When it was begun, in milliseconds since 1970. */
  createdAt: number;
  /** Whether the secret key is in it. */
  withKey: boolean;
  /** Whether it takes an identity of age's to read it. */
  encrypted: boolean;
}

/** The folder with the backups. What has another name than a backup is left alone. */
export interface BackupFolder {
  readonly path: string;
  /** The newest first. */
  list(): StoredBackup[];
  get(name: string): StoredBackup | undefined;
  read(name: string): Readable;
  remove(name: string): void;
  /**
   * Has a file written, and gives it its name when it is whole and on the disk. What fails leaves nothing.
   *
   * @param write is told where to write; the file is not there yet
   */
  put(
    about: Pick<StoredBackup, "createdAt" | "withKey" | "encrypted">,
    write: (file: string) => Promise<void>,
  ): Promise<StoredBackup>;
  /** Removes what a host that was killed left half written. */
  sweep(): void;
}

const NAME = /^rookery-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)(\.with-key)?\.tar\.(zst|gz)(\.age)?$/;
const PART = ".part";

export function createBackupFolder(path: string): BackupFolder {
  const at = (name: string) => join(path, name);

  function get(name: string): StoredBackup | undefined {
    const [, day, hours, minutes, seconds, key, , age] = NAME.exec(name) ?? [];
    const createdAt = Date.parse(`${day}${hours}:${minutes}:${seconds}`);
    // Whatever else it is called, it is looked for nowhere.
    if (Number.isNaN(createdAt)) return undefined;
    const found = statSync(at(name), { throwIfNoEntry: false });
    if (!found?.isFile()) return undefined;
    return { name, size: found.size, createdAt, withKey: key !== undefined, encrypted: age !== undefined };
  }

  return {
    path,
    get,
    list: () =>
      namesIn(path)
        .map(get)
        .filter((backup) => backup !== undefined)
        .sort((one, other) => other.createdAt - one.createdAt),
    read: (name) => createReadStream(at(name)),
    remove: (name) => rmSync(at(name), { force: true }),

    async put({ createdAt, withKey, encrypted }, write) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const time = new Date(createdAt).toISOString().replaceAll(":", "-");
      const name = `rookery-${time}${withKey ? ".with-key" : ""}.tar.zst${encrypted ? ".age" : ""}`;
      const part = at(name + PART);
      try {
        await write(part);
        await rename(part, at(name));
      } catch (error) {
        rmSync(part, { force: true });
        throw error;
      }
      await syncDirectory(path);
      const made = get(name);
      if (!made) throw new Error(`${at(name)} is gone.`);
      return made;
    },

    sweep() {
      for (const name of namesIn(path)) {
        if (name.endsWith(PART) && NAME.test(name.slice(0, -PART.length))) rmSync(at(name), { force: true });
      }
    },
  };
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** So that a file's new name outlives a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
