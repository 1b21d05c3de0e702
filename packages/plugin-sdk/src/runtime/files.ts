import type { BotFile, Files } from "../files.ts";
import { HostError } from "../protocol/errors.ts";
import type { FileInfo } from "../protocol/host-api.ts";
import { sourceOf } from "../protocol/media.ts";
import type { HostLink } from "./host-link.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
/** The host ends the download at its deadline; the answer needs a moment more to get here. */
const GRACE_MS = 5_000;
const UPLOAD_DEADLINE_MS = 2 * 60_000;

/** `bot.files`: handles of files that stay with the host. */
export function createFiles(host: HostLink): Files {
  return {
    async fetch(url, options = {}) {
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      return toFile(
        host,
        await host.call("file.fetch", { url, ...options, timeoutMs }, timeoutMs + GRACE_MS),
      );
    },
    uploadLimit: async () => (await host.call("file.limit", {})).bytes,
    async download(from, options = {}) {
      const source = typeof from === "string" ? { mxc: from } : sourceOf(from);
      if (!source) throw new HostError("BAD_REQUEST", "The content is that of no file: it has no url.");
      return toFile(
        host,
        await host.call("file.download", { ...source, ...options }, DEFAULT_TIMEOUT_MS + GRACE_MS),
      );
    },
  };
}

/** The handle of a file that the host holds. */
export function toFile(host: HostLink, { file: id, ...info }: FileInfo): BotFile {
  return {
    id,
    ...info,
    // The host uploads a file once; one that failed may be tried again.
    upload: (name, options = {}) =>
      host.call(
        "file.upload",
        { file: id, ...(name === undefined ? {} : { name }), ...options },
        UPLOAD_DEADLINE_MS,
      ),
    async close() {
      await host.call("file.close", { file: id });
    },
  };
}
