import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import { type HeldFile, MAX_OPEN } from "../runtime/files.ts";
import type { FilesOfAll } from "../runtime/files-of-all.ts";
import type { InstanceStore } from "../store/instances.ts";

/** The files that plugins hold, for operators. Those of an instance that does not run are gone. */
export interface InstanceFileService {
  /** @throws AppError `NOT_FOUND` */
  list(instanceId: string): { files: HeldFile[]; usedBytes: number; maxBytes: number; maxFiles: number };
  /**
   * The bytes of one, also where its plugin closes it meanwhile.
   *
   * @param file its ID, which is looked up and is no path
   * @throws AppError `NOT_FOUND`, `NO_SUCH_FILE`
   */
  read(instanceId: string, file: string): Promise<{ held: HeldFile; bytes: Readable; size: number }>;
  /** @throws AppError `NOT_FOUND`, `NO_SUCH_FILE` */
  remove(instanceId: string, file: string): Promise<void>;
}

export function createInstanceFileService({
  instances,
  filesOfAll,
}: {
  instances: Pick<InstanceStore, "get">;
  filesOfAll: FilesOfAll;
}): InstanceFileService {
  function filesOf(instanceId: string) {
    if (!instances.get(instanceId)) {
      throw new AppError("NOT_FOUND", `There is no instance "${instanceId}".`);
    }
    return filesOfAll.of(instanceId);
  }

  function held(instanceId: string, file: string): HeldFile {
    const found = filesOf(instanceId)
      ?.list()
      .find((one) => one.file === file);
    if (found) return found;
    throw new AppError("NO_SUCH_FILE", `"${instanceId}" holds no such file, or has closed it.`);
  }

  return {
    list(instanceId) {
      const files = filesOf(instanceId);
      return {
        ...{ files: files?.list() ?? [], usedBytes: files?.usedBytes() ?? 0 },
        ...{ maxBytes: filesOfAll.maxBytes, maxFiles: MAX_OPEN },
      };
    },

    async read(instanceId, file) {
      const found = held(instanceId, file);
      // Whatever a program may have put there in place of it: a link leads nowhere, and a pipe holds nothing up.
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
      const handle = await open(found.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
        throw new AppError("NO_SUCH_FILE", `"${instanceId}" holds no such file any more.`, { cause });
      });
      const about = await handle.stat();
      if (!about.isFile()) {
        await handle.close();
        throw new AppError("NO_SUCH_FILE", "What is in its place is no file.");
      }
      const { size } = about;
      return { held: found, size, bytes: handle.createReadStream({ end: Math.max(0, size - 1) }) };
    },

    async remove(instanceId, file) {
      held(instanceId, file);
      await filesOf(instanceId)?.close(file);
    },
  };
}
