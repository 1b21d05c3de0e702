import type { Config, ProgramConfig } from "./config.ts";
import { findProgram } from "./find-program.ts";

/**
 * How plugins may call yt-dlp: enough to read what a page offers and to download it into the run's own
 * directory, nothing that runs a command, or writes or reads where it likes (`--exec`, `-P`, `--config-locations`, …).
 */
const POLICY: Pick<ProgramConfig, "always" | "options" | "operands"> = {
  always: ["--ignore-config", "--no-plugin-dirs", "--no-js-runtimes", "--no-cache-dir"],
  options: {
    "-J": false,
    "--no-simulate": false,
    "--ies": true,
    "--ignore-no-formats-error": false,
    "-f": true,
    "--no-playlist": false,
    "--no-warnings": false,
    "--socket-timeout": true,
    "--retries": true,
    "--extractor-retries": true,
    "--version": false,
    "--list-impersonate-targets": false,
    // Files of the run's own directory: a copy of the cookies, and what is downloaded.
    "--cookies": "file",
    "-o": "file",
    "--max-filesize": true,
    "--match-filters": true,
    "-I": true,
    "--no-part": false,
    "--no-mtime": false,
    "--no-progress": false,
    "--hls-use-mpegts": false,
    "--fixup": true,
  },
  operands: ["https://"],
};

/** Adds yt-dlp to the programs where it is on the PATH and the operator did not set it up. */
export function withYtDlp(config: Config, path: string): Config {
  if (config.programs["yt-dlp"]) return config;
  const found = findProgram("yt-dlp", path);
  if (found === null) return config;
  return { ...config, programs: { ...config.programs, "yt-dlp": ytDlp(found, config.network) } };
}

function ytDlp(path: string, { proxy, caFile }: Config["network"]): ProgramConfig {
  const proxied = proxy === undefined ? [] : ["--proxy", proxy];
  // Without certifi's own list it takes the system's, or the file that SSL_CERT_FILE names.
  const trusted = caFile === undefined ? [] : ["--compat-options", "no-certifi"];
  const env: Record<string, string> = caFile === undefined ? {} : { SSL_CERT_FILE: caFile };
  const readable = caFile === undefined ? [] : [caFile];
  return { path, ...POLICY, always: [...POLICY.always, ...proxied, ...trusted], env, readable };
}
