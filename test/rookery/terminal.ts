import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { type Availability, onPath } from "../available.ts";

/** Whether there is a program here that opens terminals. */
export function isTerminalAvailable(): Availability {
  if (onPath("script")) return { available: true };
  return { available: false, reason: "no script of util-linux" };
}

/** Less than a test has. */
const PATIENCE_MS = 60_000;

/** Runs a command at a terminal of 80 columns, and ends it with the test. */
export function runAtTerminal(command: string[], { cwd, env }: { cwd: string; env: Record<string, string> }) {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const options = ["--quiet", "--return", "--flush", "--command", `stty cols 80 && exec ${quoted}`];
  const child = spawn("script", [...options, "/dev/null"], {
    ...{ cwd, env: { PATH: process.env.PATH ?? "", TERM: "xterm", SHELL: "/bin/sh", ...env } },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let written = "";
  child.stdout.on("data", (chunk) => (written += String(chunk)));
  const ended = Promise.all([text(child.stdout), once(child, "close") as Promise<[number]>]);
  return {
    /** Waits until this was written; gives it with what its parentheses found. @throws what was written instead */
    async until(wanted: RegExp): Promise<RegExpExecArray> {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (;;) {
        const found = wanted.exec(written);
        if (found) return found;
        await Promise.race([once(child.stdout, "data", { signal }), ended]).catch((cause: unknown) => {
          throw new Error(`It did not write ${wanted}, but: ${JSON.stringify(written)}`, { cause });
        });
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`It ended, and had written: ${written}`);
      }
    },
    /** How it ended, and what stands on the terminal then. */
    async end() {
      const [all, [code]] = await ended;
      return { code, screen: all.split("\r\n").map(shownOf).join("\n") };
    },
  };
}

/** A line as it stands there after all returns to its beginning, each of which writes over what was there. */
function shownOf(line: string): string {
  return line.split("\r").reduce((shown, part) => {
    const [begin = "", ...afterErasing] = part.split("\x1b[K");
    return begin + (afterErasing.length > 0 ? afterErasing.join("") : shown.slice(begin.length));
  }, "");
}
