import type { LogLine } from "@rookery/host/api";
import { LEVELS, type Level } from "./log-search.ts";

/** The lines of at least this level that hold the words, in whatever case. */
export function filterLog(lines: readonly LogLine[], least: Level, words: string): readonly LogLine[] {
  const wanted = words.trim().toLowerCase();
  if (least === "debug" && !wanted) return lines;
  const from = LEVELS.indexOf(least);
  return lines.filter(
    (line) =>
      LEVELS.indexOf(line.level) >= from &&
      (!wanted || `${line.message}\n${line.stack ?? ""}`.toLowerCase().includes(wanted)),
  );
}
