import type { LogLine } from "@rookery/host/api";

export type Level = LogLine["level"];

/** From the least to the most. */
export const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/** What of a log is shown, as its address has it. */
export interface LogSearch {
  /** The ID of the line that a link leads to. */
  entry?: number;
  level?: Level;
  words?: string;
}

export function readLogSearch({ entry, level, words }: Record<string, unknown>): LogSearch {
  return {
    ...(Number.isSafeInteger(entry) && { entry: entry as number }),
    ...(LEVELS.includes(level as Level) && level !== "debug" && { level: level as Level }),
    // A number that was searched for comes as one.
    ...((typeof words === "string" || typeof words === "number") && words !== "" && { words: String(words) }),
  };
}
