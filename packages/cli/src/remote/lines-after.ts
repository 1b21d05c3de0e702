import type { LogLine } from "@rookery/host/api";

/**
 * The lines that came since the last look. A log keeps its newest lines only, and equal ones may follow one another, so
 * that the place where what was seen ends is the longest overlap of its end with the beginning of what is there.
 */
export function linesAfter(seen: readonly LogLine[], now: readonly LogLine[]): LogLine[] {
  const before = seen.map((line) => JSON.stringify(line));
  const after = now.map((line) => JSON.stringify(line));
  for (let from = 0; from < before.length; from++) {
    const overlap = before.length - from;
    if (overlap <= after.length && before.slice(from).every((line, index) => line === after[index])) {
      return now.slice(overlap);
    }
  }
  return [...now];
}
