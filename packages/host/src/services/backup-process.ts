import { spawn } from "node:child_process";
import type { BackupAnswer, BackupCall, BackupWork } from "../backup/calls.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { workLast } from "../runtime/work-last.ts";

/** What is done for one backup, one piece after the other. */
export interface BackupWorker extends BackupWork {
  /** Resolves when nothing is written any more. */
  end(): Promise<void>;
}

/**
 * Starts a process that copies, compresses and writes when nobody else has work: in the host's own, a gigabyte takes a
 * processor from the bots for many seconds (docs/decisions/0041).
 *
 * @param file its bundle
 * @param signal kills it; what it was about rejects
 */
export function startBackupProcess(file: string, signal: AbortSignal): BackupWorker {
  const child = spawn(process.execPath, ["--no-warnings", "--max-old-space-size=64", file], {
    env: {},
    cwd: "/",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // As the worker's: Ctrl-C is the host's to answer.
    detached: true,
    serialization: "advanced",
    killSignal: "SIGKILL",
    signal,
  });
  workLast(child.pid);
  let waiting: PromiseWithResolvers<unknown> | null = null;
  let ended: Error | null = null;

  child.on("message", (message) => {
    const answer = message as BackupAnswer;
    if ("done" in answer) waiting?.resolve(answer.done);
    else waiting?.reject(errorOf(answer));
  });
  const gone = new Promise<void>((resolve) => {
    const finish = (why: Error) => {
      ended ??= why;
      waiting?.reject(ended);
      resolve();
    };
    child.once("close", () => finish(new Error("the process that makes it ended (out of memory?)")));
    child.once("error", (error) => {
      if (child.pid === undefined) finish(error);
    });
  });

  async function call(asked: BackupCall): Promise<unknown> {
    if (ended) throw ended;
    waiting = Promise.withResolvers();
    child.send(asked);
    return await waiting.promise;
  }

  return {
    copyRegistry: async (...args) => (await call({ name: "copyRegistry", args })) as number,
    copyDatabase: async (...args) => void (await call({ name: "copyDatabase", args })),
    write: async (...args) => void (await call({ name: "write", args })),
    async end() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function errorOf({ message, code, isOurs }: Exclude<BackupAnswer, { done: unknown }>): Error {
  return isOurs ? new AppError(code as ErrorCode, message) : Object.assign(new Error(message), { code });
}
