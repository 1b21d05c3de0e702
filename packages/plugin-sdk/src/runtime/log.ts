import type { Log } from "../bot.ts";
import { toErrorData } from "../protocol/errors.ts";
import type { HostLink } from "./host-link.ts";

/** The host keeps no more of a line; what is cut off here need not cross to it. */
const LINE_LENGTH = 8_000;
/** An instance that says more would keep the host from everything else. */
const LINES_A_SECOND = 200;

/** How many lines went over an instance's line to the host in a second. */
const counts = new WeakMap<HostLink, { second: number; lines: number }>();

/** `bot.log`, and what `console` writes to. What is too much is left out, and a line says so. */
export function createLog(host: HostLink): Log {
  const count = counts.get(host) ?? { second: 0, lines: 0 };
  counts.set(host, count);

  function isTooMuch(): boolean {
    const second = Math.floor(Date.now() / 1_000);
    if (second !== count.second) Object.assign(count, { second, lines: 0 });
    count.lines++;
    if (count.lines === LINES_A_SECOND + 1) {
      const message = `More than ${LINES_A_SECOND} lines in a second; the rest of this second's are left out.`;
      host.notify("log.write", { level: "warn", message });
    }
    return count.lines > LINES_A_SECOND;
  }

  const write = (level: "debug" | "info" | "warn" | "error") => (message: string, data?: unknown) => {
    if (isTooMuch()) return;
    const text = data === undefined ? String(message) : `${message} ${show(data)}`;
    host.notify("log.write", { level, message: text.slice(0, LINE_LENGTH), ...stackOf(data) });
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** One value as it reads best on a line: errors by message, texts as they are, the rest as JSON. Never throws. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    if (value instanceof Error) return toErrorData(value).message;
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "[a value that cannot be shown]";
  }
}

function stackOf(value: unknown): { stack?: string } {
  if (typeof value !== "object" || value === null) return {};
  const { stack } = toErrorData(value);
  return stack === undefined ? {} : { stack };
}
