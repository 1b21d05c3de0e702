import type { LogEntry } from "@rookery/plugin-sdk/protocol";
import { createRedaction, type Redaction } from "./redaction.ts";

/** A line of an instance's log; `at` in milliseconds since 1970. IDs grow, also across a restart of the host. */
export interface LogLine extends LogEntry {
  id: number;
  at: number;
}

/** The newest lines of each instance, in memory. */
export interface InstanceLogs {
  add(instanceId: string, entry: LogEntry): void;
  lines(instanceId: string): LogLine[];
  remove(instanceId: string): void;
  /** What is left out of the lines. */
  readonly redaction: Redaction;
}

const KEPT = 500;
const LINE_LENGTH = 8_000;

/** @param onLine sees each line too, for the host's own log */
export function createInstanceLogs(onLine: (instanceId: string, line: LogLine) => void): InstanceLogs {
  const logs = new Map<string, LogLine[]>();
  const redaction = createRedaction();
  // In microseconds: no host writes as many lines, so that the next one begins with greater IDs.
  let lastId = Date.now() * 1000;
  return {
    add(instanceId, { level, message, stack }) {
      const lines = logs.get(instanceId) ?? [];
      logs.set(instanceId, lines);
      // Cleaned before it is cut: half a secret would not be found.
      const shown = (text: string) => redaction.clean(instanceId, text).slice(0, LINE_LENGTH);
      const cut = stack === undefined ? {} : { stack: shown(stack) };
      const line: LogLine = { id: ++lastId, at: Date.now(), level, message: shown(message), ...cut };
      lines.push(line);
      if (lines.length > KEPT) lines.shift();
      onLine(instanceId, line);
    },
    lines: (instanceId) => [...(logs.get(instanceId) ?? [])],
    remove(instanceId) {
      logs.delete(instanceId);
      redaction.forget(instanceId);
    },
    redaction,
  };
}
