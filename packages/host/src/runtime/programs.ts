import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramResult, RunProgram } from "@rookery/plugin-sdk/protocol";
import type { ProgramConfig } from "../config/config.ts";
import { findProgram } from "../config/find-program.ts";
import { AppError, reasonOf } from "../errors.ts";
import { PRIVATE } from "./bubblewrap.ts";
import { type GivenFiles, layOut } from "./program-files.ts";
import { checkArguments } from "./program-policy.ts";
import { runProcess } from "./program-process.ts";
import { limitArguments } from "./resource-limits.ts";
import type { Sandbox, SandboxMode } from "./sandbox.ts";
import { killStragglers, MARK } from "./stragglers.ts";

/** Programs of the machine, as the operator's configuration names them. */
export interface Programs {
  /**
   * Runs one in a private directory, without a shell and without the host's environment, as a
   * process group of its own that is killed whole at the deadline; where there is bubblewrap, in a
   * sandbox that shows it no other file of its users.
   *
   * @param dataDir the instance's directory
   * @throws AppError `NO_SUCH_PROGRAM`, `NO_SANDBOX` where the operator wants it in one and there is none,
   * `PERMISSION_DENIED` for arguments that the operator's policy leaves out
   */
  run(request: ProgramRequest, dataDir: string, signal: AbortSignal): Promise<ProgramResult>;
}

/** A run: what a plugin asks for, with the files that it names. */
export interface ProgramRequest extends Omit<RunProgram, "files" | "collect"> {
  files?: GivenFiles;
  /** Names of files that are taken when it has ended. */
  collect?: {
    names: readonly string[];
    /** Told of the directory, before it is removed; its answer is the result's. */
    take(directory: string): Promise<NonNullable<ProgramResult["files"]>>;
  };
}

const PATH = "/usr/local/bin:/usr/bin:/bin";
const DEFAULT_MEMORY_MB = 2_048;

/** @param sandbox what was found; a run waits for it */
export function createPrograms(
  config: Record<string, ProgramConfig>,
  { mode, sandbox }: { mode: SandboxMode; sandbox: Promise<Sandbox> },
): Programs {
  return {
    async run({ name, args, timeoutMs, maxOutputBytes, files = {}, collect }, dataDir, signal) {
      const program = Object.hasOwn(config, name) ? config[name] : undefined;
      if (!program) {
        const text = `The program "${name}" is not set up on this host. Name its path in the configuration under programs.`;
        throw new AppError("NO_SUCH_PROGRAM", text);
      }
      checkArguments(name, args, program, [...Object.keys(files), ...(collect?.names ?? [])]);
      const file = findProgram(program.path, PATH);
      if (file === null) throw notRunnable(name, `${program.path} is not there, or cannot be executed`);
      const found = await sandbox;
      if (!found.bubblewrap && (mode === "required" || program.network === false)) {
        throw new AppError("NO_SANDBOX", `The program "${name}" must run in a sandbox. ${whyNone(found)}`);
      }
      const directory = await mkdtemp(join(dataDir, "run-"));
      const mark = randomUUID();
      try {
        signal.throwIfAborted();
        await layOut(directory, files);
        const command = enclosed(found, file, program, directory, timeoutMs);
        const env = environment(found.bubblewrap ? PRIVATE : directory, program);
        const result = await runProcess({
          command: [...command, ...program.always, ...args],
          cwd: directory,
          env: { ...env, ...(found.bubblewrap ? {} : { [MARK]: mark }) },
          ...{ timeoutMs, maxOutputBytes, signal },
          sweep: () => (found.bubblewrap ? Promise.resolve() : killStragglers(mark)),
        }).catch((cause: unknown) => {
          throw notRunnable(name, reasonOf(cause), cause);
        });
        const said = /^bwrap: (.*)/.exec(result.stderr)?.[1];
        if (found.bubblewrap && said !== undefined && result.exitCode === 1) throw notRunnable(name, said);
        return collect ? { ...result, files: await collect.take(directory) } : result;
      } finally {
        // What was killed in a sandbox may write for a moment longer.
        await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

function notRunnable(name: string, why: string, cause?: unknown): AppError {
  const text = `The program "${name}" could not be run: ${why}. Check its path in the configuration, and what it must read (readable).`;
  return new AppError("NO_SUCH_PROGRAM", text, { cause });
}

function whyNone({ missing }: Sandbox): string {
  return missing ?? "The configuration says programSandbox: off.";
}

function enclosed(
  { prlimit, bubblewrap }: Sandbox,
  file: string,
  { network = true, readable = [], memoryMb = DEFAULT_MEMORY_MB }: ProgramConfig,
  directory: string,
  timeoutMs: number,
): string[] {
  const limits = prlimit === null ? [] : [prlimit, ...limitArguments({ memoryMb, timeoutMs }), "--"];
  const command = bubblewrap ? bubblewrap.enclose({ program: file, directory, readable, network }) : [file];
  return [...limits, ...command];
}

function environment(home: string, { env }: ProgramConfig): NodeJS.ProcessEnv {
  return { PATH, HOME: home, TMPDIR: home, LANG: "C.UTF-8", ...env };
}
