import type { LogLine } from "@rookery/host/api";

export type Level = LogLine["level"];

const order: readonly Level[] = ["debug", "info", "warn", "error"];

/** The lines of at least this level that hold the words, in whatever case. */
export function filterLog(lines: readonly LogLine[], least: Level, words: string): LogLine[] {
  const wanted = words.trim().toLowerCase();
  return lines.filter(
    (line) =>
      order.indexOf(line.level) >= order.indexOf(least) &&
      (!wanted || `${line.message}\n${line.stack ?? ""}`.toLowerCase().includes(wanted)),
  );
}
