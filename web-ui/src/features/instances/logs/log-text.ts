import type { LogLine } from "@rookery/host/api";

/** A log as a text file, as it is read in an editor. */
export function logText(lines: readonly LogLine[]): string {
  return lines.map((line) => `${headOf(line)}${stackOf(line)}\n`).join("");
}

const headOf = ({ at, level, message }: LogLine) => `${at} ${level.padEnd(5)} ${indented(message)}`;
const stackOf = ({ stack }: LogLine) => (stack ? `\n    ${indented(stack)}` : "");

/** What goes on in another line is not taken for a line of the log. */
const indented = (text: string) => text.trimEnd().replaceAll("\n", "\n    ");
