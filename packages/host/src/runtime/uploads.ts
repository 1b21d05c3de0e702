import { type UploadedFile, uploadFile } from "../matrix/media.ts";
import { untilAnswered } from "../matrix/retry.ts";
import type { HeldFile } from "./files.ts";
import type { InstanceScope } from "./instance-scope.ts";

/**
 * Uploads a held file; asked again, it gives the same upload. One that failed may be tried again.
 *
 * @param encrypted as an encrypted room needs it
 */
export function uploadOnce(
  scope: InstanceScope,
  file: HeldFile,
  encrypted: boolean,
  name?: string,
): Promise<UploadedFile> {
  const { client, http, signal } = scope;
  const { path, size, type } = file;
  const there = encrypted ? file.encrypted : file.plain;
  there.upload ??= untilAnswered(signal, () =>
    uploadFile({ client, http, path, size, type, name, encrypted, signal }),
  ).catch((error: unknown) => {
    delete there.upload;
    throw error;
  });
  return there.upload;
}
