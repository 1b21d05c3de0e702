import { spawn } from "node:child_process";
import type { ProgramResult } from "@rookery/plugin-sdk/protocol";
import { childStream } from "./child-stream.ts";

const MAX_ERROR_OUTPUT = 64 * 1024;

export interface ProcessOptions {
  command: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Of its standard output; beyond it, it is cut and the program ended. */
  maxOutputBytes: number;
  signal: AbortSignal;
  /** Kills what left the process group. */
  sweep: () => Promise<void>;
}

/**
 * Runs a command as a process group of its own, and waits until it has ended and all that it started
 * is dead: at its own end, at the deadline, or when the signal says so.
 *
 * @throws Error where it cannot be started
 */
export function runProcess(options: ProcessOptions): Promise<ProgramResult> {
  const { command, cwd, env, timeoutMs, maxOutputBytes, signal, sweep } = options;
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let timedOut = false;
    const [outPipe, errorPipe] = [childStream(child, 1), childStream(child, 2)];
    const stdout = collect(outPipe, maxOutputBytes, end);
    const stderr = collect(errorPipe, MAX_ERROR_OUTPUT);
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutMs);
    signal.addEventListener("abort", end, { once: true });

    /** Kills what is left of the group, and reads no more of what left the group and still writes. */
    function end(): void {
      if (child.pid !== undefined) killGroup(child.pid);
      outPipe.destroy();
      errorPipe.destroy();
    }
    function forget(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }

    child.once("error", (error) => {
      forget();
      reject(error);
    });
    let swept = Promise.resolve();
    // What it started in the background ends with it; only then its output does.
    child.once("exit", () => {
      if (child.pid !== undefined) killGroup(child.pid);
      swept = sweep();
      // `close`, which waits for it, comes later.
      swept.catch(() => undefined);
    });
    child.once("close", (exitCode) => {
      forget();
      const truncated = stdout.truncated();
      const result = { exitCode, stdout: stdout.text(), stderr: stderr.text(), timedOut, truncated };
      swept.then(() => resolve(result), reject);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // ESRCH: it is gone. EPERM: what is left belongs to another user, or (on macOS) is dead already.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}

/** Reads a stream up to a limit; the rest is dropped, and `onFull` told once. */
function collect(stream: NodeJS.ReadableStream, limit: number, onFull?: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size));
    if (size <= limit && size + chunk.length > limit) onFull?.();
    size += chunk.length;
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), truncated: () => size > limit };
}
