import type { Config, ProgramConfig } from "./config.ts";
import { findProgram } from "./find-program.ts";

/**
 * How plugins may call yt-dlp: enough to read what a page offers, nothing that runs a command,
 * writes where it likes or reads another site (`--exec`, `-o`, `--config-locations`, …).
 */
const POLICY = {
  always: ["--ignore-config", "--no-plugin-dirs", "--no-js-runtimes", "--no-cache-dir"],
  options: {
    "-J": false,
    "--ies": true,
    "--ignore-no-formats-error": false,
    "-f": true,
    "--no-playlist": false,
    "--no-warnings": false,
    "--socket-timeout": true,
    "--retries": true,
    "--extractor-retries": true,
    "--version": false,
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
