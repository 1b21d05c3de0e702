import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileInfo } from "@rookery/plugin-sdk/protocol";
import { AppError } from "../errors.ts";
import type { UploadedFile } from "../matrix/media.ts";
import type { Preview, PreviewDemand } from "./previews.ts";
import { probeFile } from "./probe.ts";

/** What of a file is on the homeserver, or on its way there. */
export interface OnHomeserver {
  /** The upload, once begun: a file is uploaded once. */
  upload?: Promise<UploadedFile>;
  /** Its preview with a thumbnail, once asked for, and one without: a picture is decoded once for each. */
  preview?: Promise<Preview | undefined>;
  blurhash?: Promise<Preview | undefined>;
}

/** A file that an instance holds. */
export interface HeldFile extends FileInfo {
  path: string;
  /** Since when, in ms since 1970. */
  heldSince: number;
  /** What of it is on the homeserver, for rooms in the clear and for encrypted ones. */
  readonly plain: OnHomeserver;
  readonly encrypted: OnHomeserver;
  /** Who wants it, once somebody did. */
  demand?: PreviewDemand;
}

/** The files of one instance: in its private directory, gone when the instance stops. */
export interface Files {
  /**
   * Makes a file: `write` fills the path, calls `charge` for each part before it is written, and gives the
   * size. What fails leaves nothing behind.
   *
   * @throws AppError `LIMIT` where the instance holds as many files, or as much in them, as it may
   */
  add(write: (path: string, charge: (bytes: number) => void) => Promise<number>): Promise<HeldFile>;
  /** @throws AppError `NO_SUCH_FILE` */
  get(file: string): HeldFile;
  /** Those that the plugin holds, the first it got first. */
  list(): HeldFile[];
  /** What they take, with what is still on its way. */
  usedBytes(): number;
  /**
   * Keeps bytes of the host's own beside them: none of the plugin's files, whatever it holds, and not to be had by a
   * name. It is removed by its path.
   */
  addOwn(bytes: Uint8Array): Promise<HeldFile>;
  /** Whether it was not closed since. */
  isHeld(file: HeldFile): boolean;
  close(file: string): Promise<void>;
  closeAll(): Promise<void>;
}

export const MAX_OPEN = 200;

/**
 * @param directory a folder that belongs to these files alone; what an earlier run left in it is removed
 * @param maxBytes what all of them may take at the same time
 */
export function createFiles(directory: string, maxBytes: number): Files {
  const files = new Map<string, HeldFile>();
  let used = 0;
  const ready = rm(directory, { recursive: true, force: true });
  // `add` and `closeAll` meet its failure; until then it must not end the host.
  ready.catch(() => undefined);

  return {
    async add(write) {
      if (files.size >= MAX_OPEN) {
        throw new AppError("LIMIT", `The plugin holds ${MAX_OPEN} files already; close some first.`);
      }
      await ready;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = randomUUID();
      const path = join(directory, file);
      let charged = 0;
      const charge = (bytes: number) => {
        if (used + bytes > maxBytes) {
          const megabytes = Math.floor(maxBytes / (1024 * 1024));
          throw new AppError(
            "LIMIT",
            `The plugin's files would take more than ${megabytes} MB; close some first.`,
          );
        }
        used += bytes;
        charged += bytes;
      };
      try {
        const size = await write(path, charge);
        const held = await hold(file, path, size);
        files.set(file, held);
        return held;
      } catch (error) {
        used -= charged;
        await rm(path, { force: true });
        throw error;
      }
    },

    async addOwn(bytes) {
      await ready;
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = randomUUID();
      const path = join(directory, file);
      try {
        await writeFile(path, bytes, { mode: 0o600 });
        return await hold(file, path, bytes.length);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },

    get(file) {
      const found = files.get(file);
      if (!found) throw new AppError("NO_SUCH_FILE", "The plugin does not hold this file, or has closed it.");
      return found;
    },

    list: () => [...files.values()],
    usedBytes: () => used,

    isHeld: ({ file }) => files.has(file),

    async close(file) {
      const found = files.get(file);
      if (!found) return;
      files.delete(file);
      await rm(found.path, { force: true });
      used -= found.size;
    },

    async closeAll() {
      files.clear();
      used = 0;
      await ready;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function hold(file: string, path: string, size: number): Promise<HeldFile> {
  const info = { file, path, size, heldSince: Date.now(), ...(await probeFile(path)) };
  return { ...info, plain: {}, encrypted: {} };
}

/** What a plugin gets to know of a file: all but where it lies. */
export function toFileInfo({ file, size, type, width, height, durationMs }: HeldFile): FileInfo {
  return {
    file,
    size,
    type,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}
