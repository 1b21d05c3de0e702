import type { Config, ProgramConfig } from "./config.ts";
import { findProgram } from "./find-program.ts";

/**
 * How plugins may call ffmpeg: to make a film smaller, out of a file of the run's own directory and into another. It
 * reads nothing else: a file that claims to be a playlist names addresses, so there is neither protocol nor network.
 */
const POLICY: Omit<ProgramConfig, "path"> = {
  always: ["-hide_banner", "-nostdin", "-y", "-protocol_whitelist", "file"],
  options: {
    "-i": "file",
    ...{ "-t": true, "-fs": true, "-f": true, "-r": true, "-s": true, "-vf": true, "-movflags": true },
    ...{ "-c:v": true, "-b:v": true, "-maxrate": true, "-bufsize": true, "-crf": true, "-preset": true },
    ...{ "-c:a": true, "-b:a": true, "-ac": true, "-pix_fmt": true, "-an": false, "-frames:v": true },
    "-version": false,
  },
  files: true,
  operands: [],
  env: {},
  network: false,
};

/** Adds ffmpeg to the programs where it is on the PATH and the operator did not set it up. */
export function withFfmpeg(config: Config, path: string): Config {
  if (config.programs.ffmpeg) return config;
  const found = findProgram("ffmpeg", path);
  if (found === null) return config;
  return { ...config, programs: { ...config.programs, ffmpeg: { path: found, ...POLICY } } };
}
