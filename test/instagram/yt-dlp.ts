import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Availability, onPath } from "../available.ts";
import type { Instagram } from "./instagram.ts";

/** Its extractor for Instagram was rewritten in mid-2026; older ones fail. */
const OLDEST = "2026.08.19";

/** Can the real yt-dlp, new enough, run here against the stand-in? */
export function isYtDlpAvailable(): Availability {
  if (!onPath("openssl")) return { available: false, reason: "openssl is not on the PATH" };
  const { stdout, error } = spawnSync("yt-dlp", ["--version"], { encoding: "utf8" });
  if (error) return { available: false, reason: "yt-dlp is not on the PATH" };
  const version = stdout.trim();
  if (version >= OLDEST) return { available: true };
  return { available: false, reason: `yt-dlp ${version} is older than ${OLDEST}` };
}

/** How one run of yt-dlp ended. */
export interface YtDlpResult {
  exitCode: number;
  /** What `-J` printed; undefined if it printed nothing. */
  json?: YtDlpJson;
  stderr: string;
}

/** The part of yt-dlp's JSON that tests look at. */
export interface YtDlpJson {
  id: string;
  channel: string;
  uploader: string;
  description: string;
  formats?: { url: string; width: number; height: number }[];
  thumbnails?: { url: string; width: number; height: number }[];
  entries?: YtDlpJson[];
}

/**
 * Runs the machine's yt-dlp against the stand-in as instagram.md's lean call does, with certificates verified.
 *
 * @param session the `sessionid` cookie to send, if any
 */
export async function runYtDlp(instagram: Instagram, url: string, session?: string): Promise<YtDlpResult> {
  const folder = await mkdtemp(join(tmpdir(), "rookery-yt-dlp-"));
  try {
    const cookies: string[] = [];
    if (session) {
      const line = [".instagram.com", "TRUE", "/", "TRUE", "2000000000", "sessionid", session].join("\t");
      await writeFile(join(folder, "cookies"), `# Netscape HTTP Cookie File\n${line}\n`);
      cookies.push("--cookies", join(folder, "cookies"));
    }
    const child = spawn("yt-dlp", [...LEAN, ...cookies, "--", url], {
      cwd: folder,
      env: { PATH: process.env.PATH, https_proxy: instagram.proxyUrl, SSL_CERT_FILE: instagram.caFile },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number]>,
    ]);
    return { exitCode, stderr, ...(stdout.startsWith("{") && { json: JSON.parse(stdout) as YtDlpJson }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const LEAN = [
  ...["-J", "--ignore-config", "--no-plugin-dirs", "--no-js-runtimes", "--no-cache-dir"],
  ...["--ies", "Instagram,instagram:story", "--ignore-no-formats-error", "-f", "b/bv*", "--no-playlist"],
  ...["--no-warnings", "--socket-timeout", "3", "--retries", "0", "--extractor-retries", "0"],
  ...["--compat-options", "no-certifi"],
];
