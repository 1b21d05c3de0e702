import type { Log } from "../bot.ts";
import { toErrorData } from "../protocol/errors.ts";
import type { HostLink } from "./host-link.ts";

/** The host keeps no more of a line; what is cut off here need not cross to it. */
const LINE_LENGTH = 8_000;

/** `bot.log`, and what `console` writes to. */
export function createLog(host: HostLink): Log {
  const write = (level: "debug" | "info" | "warn" | "error") => (message: string, data?: unknown) => {
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
