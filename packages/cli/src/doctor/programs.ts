import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Finding } from "./finding.ts";

const DEADLINE_MS = 10_000;
const OLD_DAYS = 120;
const DAY_MS = 24 * 60 * 60_000;

/** yt-dlp, ffmpeg and bubblewrap: what has them is more able or safer; nothing of Rookery itself needs them. */
export async function programs(ytDlpPath: string | undefined, now = Date.now()): Promise<Finding[]> {
  const [ytDlp, ffmpeg, bwrap] = await Promise.all([
    ytDlpPath === undefined ? null : firstLine(ytDlpPath, "--version"),
    firstLine("ffmpeg", "-version"),
    firstLine("bwrap", "--version"),
  ]);
  return [
    ytDlpFinding(ytDlp, now),
    ffmpeg === null
      ? missing(
          "ffmpeg",
          "Videos that are too large for a homeserver are sent as a picture and a link without it.",
        )
      : { what: "ffmpeg", state: "well", found: ffmpeg.split(" Copyright")[0] ?? ffmpeg },
    bwrap === null
      ? missing("bubblewrap", "Programs that plugins run see more of this machine without it.")
      : { what: "bubblewrap", state: "well", found: bwrap },
  ];
}

function ytDlpFinding(version: string | null, now: number): Finding {
  const what = "yt-dlp";
  if (version === null) {
    return missing(what, "The Instagram plugin needs it: install it from your distribution, or with pipx.");
  }
  const released = Date.parse(version.split(".").slice(0, 3).join("-"));
  const days = Math.floor((now - released) / DAY_MS);
  if (Number.isNaN(days) || days < OLD_DAYS) return { what, state: "well", found: version };
  const remedy = "Sites change, and old versions stop working: update it.";
  return { what, state: "wrong", found: `${version}, ${days} days old`, remedy };
}

function missing(what: string, remedy: string): Finding {
  return { what, state: "note", found: "not found", remedy };
}

/** `null` where it is not there or does not work. */
async function firstLine(program: string, argument: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, [argument], { timeout: DEADLINE_MS });
    return stdout.split("\n")[0]?.trim() || null;
  } catch {
    return null;
  }
}
