import type { LogEntry } from "@rookery/plugin-sdk/protocol";

/** A line of an instance's log; `at` in milliseconds since 1970. */
export interface LogLine extends LogEntry {
  at: number;
}

/** The newest lines of each instance, in memory. */
export interface InstanceLogs {
  add(instanceId: string, entry: LogEntry): void;
  lines(instanceId: string): LogLine[];
  remove(instanceId: string): void;
}

const KEPT = 500;
const LINE_LENGTH = 8_000;

/** @param onLine sees each line too, for the host's own log */
export function createInstanceLogs(onLine: (instanceId: string, entry: LogEntry) => void): InstanceLogs {
  const logs = new Map<string, LogLine[]>();
  return {
    add(instanceId, { level, message, stack }) {
      const lines = logs.get(instanceId) ?? [];
      logs.set(instanceId, lines);
      const cut = stack === undefined ? {} : { stack: stack.slice(0, LINE_LENGTH) };
      const line: LogLine = { at: Date.now(), level, message: message.slice(0, LINE_LENGTH), ...cut };
      lines.push(line);
      if (lines.length > KEPT) lines.shift();
      onLine(instanceId, line);
    },
    lines: (instanceId) => [...(logs.get(instanceId) ?? [])],
    remove: (instanceId) => void logs.delete(instanceId),
  };
}
