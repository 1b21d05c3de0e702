import type { Level, Terminal } from "./terminal.ts";

interface Line {
  level: number;
  msg: string;
  instance?: string;
  stack?: string;
  err?: { message?: string };
}

const LEVELS: [from: number, name: Level][] = [
  [50, "error"],
  [40, "warn"],
  [30, "info"],
  [0, "debug"],
];
/** What `dev` says itself, in words that fit. */
const SAID_OTHERWISE = /^Version \S+ was rolled back to /;

/**
 * Takes the host's log and shows of it what is the bot's: its log and its errors, and of the host's own
 * lines those that tell of an error. (What Node itself writes when it ends a worker is no line of the bot's;
 * the reason is.)
 */
export function createHostLog(terminal: Terminal): { write(line: string): void; begin(): void } {
  let lastFailure: string | undefined;
  return {
    write(json) {
      const { level, msg, instance, stack, err } = JSON.parse(json) as Line;
      const name = LEVELS.find(([from]) => level >= from)?.[1] ?? "info";
      if (instance === undefined) {
        if (name === "error") terminal.log(name, err?.message ? `${msg} ${err.message}` : msg);
        return;
      }
      if (SAID_OTHERWISE.test(msg)) return;
      // A bot that does not start is tried again and again, and fails alike.
      const failure = msg.startsWith("It did not start:") ? msg : undefined;
      if (failure !== undefined && failure === lastFailure) return;
      lastFailure = failure ?? lastFailure;
      terminal.log(name, msg, stack);
    },
    /** From here on, what failed before is news again. */
    begin() {
      lastFailure = undefined;
    },
  };
}
