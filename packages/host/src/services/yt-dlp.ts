import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ProgramConfig } from "../config/config.ts";

/** The yt-dlp that plugins use. */
export interface YtDlp {
  /** Where it is; `null` where it is not installed. */
  readonly path: string | null;
  /** What it says of itself, asked once a day: such as `2026.08.19`; `null` where there is none that runs. */
  version(): Promise<string | null>;
}

const CHECKED_EVERY_MS = 24 * 60 * 60_000;
const DEADLINE_MS = 20_000;

export function createYtDlp(program: Pick<ProgramConfig, "path"> | undefined): YtDlp {
  const path = program?.path ?? null;
  let checked: { at: number; version: Promise<string | null> } | undefined;

  return {
    path,
    async version() {
      if (path === null) return null;
      if (!checked || Date.now() - checked.at > CHECKED_EVERY_MS) {
        checked = { at: Date.now(), version: ask(path) };
      }
      return await checked.version;
    },
  };
}

async function ask(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: DEADLINE_MS });
    return stdout.trim();
  } catch {
    // That it does not run is what is to be found out; why, its own output says to whoever runs it.
    return null;
  }
}

/** The day that a version names, in milliseconds since 1970; `null` where it names none. */
export function releasedAt(version: string): number | null {
  const [, year, month, day] = /^(\d{4})\.(\d{2})\.(\d{2})/.exec(version) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day));
}
