import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramResult, RunProgram } from "@rookery/plugin-sdk/protocol";
import type { ProgramConfig } from "../config/config.ts";
import { AppError, reasonOf } from "../errors.ts";

/** Programs of the machine, as the operator's configuration names them. */
export interface Programs {
  /**
   * Runs one in a private directory, without a shell and without the host's environment, as a
   * process group of its own that is killed whole at the deadline.
   *
   * @param dataDir the instance's directory
   * @throws AppError `NO_SUCH_PROGRAM`, `PERMISSION_DENIED` for arguments that the operator's policy leaves out
   */
  run(request: RunProgram, dataDir: string, signal: AbortSignal): Promise<ProgramResult>;
}

export function createPrograms(config: Record<string, ProgramConfig>): Programs {
  return {
    async run({ name, args, timeoutMs, maxOutputBytes }, dataDir, signal) {
      const program = Object.hasOwn(config, name) ? config[name] : undefined;
      if (!program) {
        const text = `The program "${name}" is not set up on this host. Name its path in the configuration under programs.`;
        throw new AppError("NO_SUCH_PROGRAM", text);
      }
      checkArguments(name, args, program);
      const directory = await mkdtemp(join(dataDir, "run-"));
      try {
        return await runIn(directory, program, args, { timeoutMs, maxOutputBytes, signal });
      } catch (cause) {
        const text = `The program "${name}" could not be run: ${reasonOf(cause)}. Check its path in the configuration.`;
        throw new AppError("NO_SUCH_PROGRAM", text, { cause });
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

/**
 * A program's options can be as powerful as a shell (`yt-dlp --exec`), so the operator's policy
 * lists those that a plugin may use; what follows `--` must begin as the policy says.
 */
function checkArguments(name: string, args: string[], { options, operands }: ProgramConfig): void {
  const refuse = (arg: string) => {
    const text = `The program "${name}" may not be run with "${arg.slice(0, 100)}"; the operator's configuration does not allow it.`;
    return new AppError("PERMISSION_DENIED", text);
  };
  let index = 0;
  for (; index < args.length && args[index] !== "--"; index++) {
    const arg = args[index] ?? "";
    const takesValue = Object.hasOwn(options, arg) ? options[arg] : undefined;
    if (takesValue === undefined) throw refuse(arg);
    if (takesValue && ++index >= args.length) throw refuse(arg);
    if (takesValue && (args[index] ?? "").startsWith("-")) throw refuse(args[index] ?? "");
  }
  for (const operand of args.slice(index + 1)) {
    if (!operands.some((start) => operand.startsWith(start))) throw refuse(operand);
  }
}

const MAX_ERROR_OUTPUT = 64 * 1024;

interface RunLimits {
  timeoutMs: number;
  maxOutputBytes: number;
  signal: AbortSignal;
}

function runIn(
  cwd: string,
  program: ProgramConfig,
  args: string[],
  limits: RunLimits,
): Promise<ProgramResult> {
  limits.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program.path, [...program.always, ...args], {
      cwd,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: cwd, TMPDIR: cwd, LANG: "C.UTF-8", ...program.env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let timedOut = false;
    const stdout = collect(child.stdout, limits.maxOutputBytes, end);
    const stderr = collect(child.stderr, MAX_ERROR_OUTPUT);
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, limits.timeoutMs);
    limits.signal.addEventListener("abort", end, { once: true });

    /** Kills what is left of the group, and reads no more of what left the group and still writes. */
    function end(): void {
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
    }
    function forget(): void {
      clearTimeout(timer);
      limits.signal.removeEventListener("abort", end);
    }

    child.once("error", (error) => {
      forget();
      reject(error);
    });
    // What it started in the background ends with it; only then its output does.
    child.once("exit", () => child.pid !== undefined && killGroup(child.pid));
    child.once("close", (exitCode) => {
      forget();
      const truncated = stdout.truncated();
      resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text(), timedOut, truncated });
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
