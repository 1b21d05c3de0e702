import type { Programs } from "../bot.ts";
import type { BotFile } from "../files.ts";
import { toFile } from "./files.ts";
import type { HostLink } from "./host-link.ts";

/** The host kills the program at its deadline; the answer needs a moment more to get here. */
const GRACE_MS = 5_000;

/** `bot.programs`: programs of the machine that the operator granted. */
export function createPrograms(host: HostLink): Programs {
  return {
    async run(name, args, { timeoutMs = 30_000, maxOutputBytes = 1024 * 1024, files, collect } = {}) {
      const given =
        files && Object.fromEntries(Object.entries(files).map(([key, file]) => [key, toGiven(file)]));
      const more = { ...(given ? { files: given } : {}), ...(collect ? { collect } : {}) };
      const result = await host.call(
        "program.run",
        { name, args, timeoutMs, maxOutputBytes, ...more },
        timeoutMs + GRACE_MS,
      );
      const made = Object.entries(result.files ?? {}).map(([key, info]) => [key, toFile(host, info)]);
      return { ...result, files: Object.fromEntries(made) as Record<string, BotFile> };
    },
  };
}

const toGiven = (file: string | BotFile) => (typeof file === "string" ? { text: file } : { file: file.id });
