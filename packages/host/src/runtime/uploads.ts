import { uploadFile } from "../matrix/media.ts";
import { untilAnswered } from "../matrix/retry.ts";
import type { HeldFile } from "./files.ts";
import type { InstanceScope } from "./instance-scope.ts";

/** Uploads a held file; asked again, it gives the same upload. One that failed may be tried again. */
export function uploadOnce(scope: InstanceScope, file: HeldFile, name?: string): Promise<string> {
  const { client, http, signal } = scope;
  const { path, size, type } = file;
  file.upload ??= untilAnswered(signal, () =>
    uploadFile({ client, http, path, size, type, name, signal }),
  ).catch((error: unknown) => {
    delete file.upload;
    throw error;
  });
  return file.upload;
}
