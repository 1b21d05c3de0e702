import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ProgramConfig } from "../config/config.ts";
import type { Health } from "./health.ts";

/** Something that the operator should know, and what to do about it. */
export interface Notice {
  id: string;
  message: string;
  remedy: string;
}

export interface NoticeService {
  list(): Promise<Notice[]>;
}

/** Instagram's extractor was rewritten then; older ones fail. */
const OLDEST_YT_DLP = "2026.08.19";
const CHECKED_EVERY_MS = 24 * 60 * 60_000;

/** @param ytDlpWanted whether a plugin that is installed asks for yt-dlp */
export function createNoticeService(options: {
  health: Health;
  ytDlp: ProgramConfig | undefined;
  ytDlpWanted: () => boolean;
}): NoticeService {
  let checked: { at: number; notice: Notice | null } | undefined;

  return {
    async list() {
      const found = options.health.notices();
      if (!options.ytDlpWanted()) return found;
      if (!checked || Date.now() - checked.at > CHECKED_EVERY_MS) {
        checked = { at: Date.now(), notice: await checkYtDlp(options.ytDlp) };
      }
      return checked.notice ? [...found, checked.notice] : found;
    },
  };
}

async function checkYtDlp(program: ProgramConfig | undefined): Promise<Notice | null> {
  const remedy = `Install yt-dlp ${OLDEST_YT_DLP} or newer (docs/operating.md says how) and restart Rookery.`;
  if (!program)
    return {
      id: "yt-dlp",
      message: "yt-dlp is not installed, so Instagram links cannot be fetched.",
      remedy,
    };
  try {
    const { stdout } = await promisify(execFile)(program.path, ["--version"], { timeout: 20_000 });
    const version = stdout.trim();
    if (version >= OLDEST_YT_DLP) return null;
    return { id: "yt-dlp", message: `yt-dlp ${version} is too old to read Instagram.`, remedy };
  } catch {
    return { id: "yt-dlp", message: `yt-dlp at ${program.path} does not run.`, remedy };
  }
}
