import { createFiles, type Files } from "./files.ts";

/** The files of all instances that run, for who looks at them from outside of the instance. */
export interface FilesOfAll {
  /** For all files of one instance. */
  readonly maxBytes: number;
  /** Begins with none. @param directory as for `createFiles` */
  open(instanceId: string, directory: string): Files;
  /** `undefined` where it does not run. */
  of(instanceId: string): Files | undefined;
}

export function createFilesOfAll(maxBytes: number): FilesOfAll {
  const open = new Map<string, Files>();
  return {
    maxBytes,
    open(instanceId, directory) {
      const made = createFiles(directory, maxBytes);
      const files: Files = {
        ...made,
        async closeAll() {
          // The instance may have been started anew meanwhile.
          if (open.get(instanceId) === files) open.delete(instanceId);
          await made.closeAll();
        },
      };
      open.set(instanceId, files);
      return files;
    },
    of: (instanceId) => open.get(instanceId),
  };
}
