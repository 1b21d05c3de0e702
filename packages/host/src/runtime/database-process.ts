import { spawn } from "node:child_process";
import type { DatabaseCall } from "../database/server.ts";
import { workLast } from "./work-last.ts";

export interface DatabaseProcessOptions {
  /** The database process's own bundle. */
  file: string;
  /** The folder of all instances: the only one that its code may touch. */
  directory: string;
  /** How large a database may grow, in MB. */
  megabytes: number;
}

/** A process with the databases of one plugin's instances. */
export interface DatabaseProcess {
  /** Rejects at the deadline (the process is killed, and what it had not committed is undone), or when it ends. */
  call(call: DatabaseCall, deadlineMs: number): Promise<unknown>;
  /** Closes its databases and ends it. */
  end(): Promise<void>;
}

/** Who works last gets no processor while others want both: that is no reason to give a backup up. */
const START_MS = { "at once": 10_000, last: 600_000 };
const END_MS = 2_000;
/** A process whose host was killed ends by itself; in the middle of a statement, after this much CPU. */
const CPU_SECONDS = 120;
const LIMITS = 'ulimit -f "$1" && ulimit -t "$2" && shift 2 && exec "$@"';
const FILE_BLOCK = 512;

/**
 * Starts a process for SQL that strangers wrote. It is one of its own because nothing ends a thread in the
 * middle of a SQLite statement (docs/decisions/0008). The kernel limits the size of its files (the
 * write-ahead log and what is sorted on the disk, too) and its CPU.
 *
 * @param works `last`: only while nobody else wants the processor
 */
export function startDatabaseProcess(
  options: DatabaseProcessOptions,
  onEnd: () => void,
  works: "at once" | "last" = "at once",
): DatabaseProcess {
  const { file, directory, megabytes } = options;
  const pending = new Map<number, { resolve(answer: unknown): void; fail(why: string): void }>();
  const ready = Promise.withResolvers<void>();
  let lastId = 0;
  let ended = false;

  const limits = [(2 * megabytes * 1024 * 1024) / FILE_BLOCK, CPU_SECONDS];
  const permissions = ["--permission", `--allow-fs-read=${file}`, `--allow-fs-read=${directory}/*`];
  const node = [process.execPath, ...permissions, `--allow-fs-write=${directory}/*`, "--no-warnings"];
  const command = [...limits.map(String), ...node, "--max-old-space-size=64", file, String(megabytes)];
  const child = spawn("/bin/sh", ["-c", LIMITS, "sh", ...command], {
    // Where SQLite sorts what does not fit into memory.
    env: { SQLITE_TMPDIR: directory },
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // As the worker's: Ctrl-C must not take it from handlers that run.
    detached: true,
    serialization: "advanced",
  });
  if (works === "last") workLast(child.pid);
  const gone = new Promise<void>((resolve) => {
    const finish = () => {
      stop("The database's process ended; what was not committed is undone.");
      resolve();
    };
    child.once("exit", finish);
    child.once("error", finish);
  });

  child.on("message", (message: unknown) => {
    const told = message as { ready: true } | { id: number; answer: unknown; tired: boolean };
    if ("ready" in told) {
      ready.resolve();
      return;
    }
    pending.get(told.id)?.resolve(told.answer);
    if (told.tired && pending.size === 0) void end();
  });
  child.once("disconnect", () => stop("The database's process ended; what was not committed is undone."));
  const starting = setTimeout(() => kill("The database's process did not start."), START_MS[works]);

  /** From here on it takes nothing more; the next call is another process's. */
  function stop(why: string): void {
    clearTimeout(starting);
    if (!ended) onEnd();
    ended = true;
    ready.resolve();
    for (const { fail } of pending.values()) fail(why);
  }

  function kill(why: string): void {
    child.kill("SIGKILL");
    stop(why);
  }

  return {
    async call(call, deadlineMs) {
      await ready.promise;
      clearTimeout(starting);
      if (ended) throw new Error("The database's process ended.");
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const seconds = deadlineMs / 1000;
        const expire = () =>
          kill(
            `The database took longer than ${seconds} s and was stopped; what was not committed is undone.`,
          );
        const timer = setTimeout(expire, deadlineMs);
        const settle = () => {
          clearTimeout(timer);
          pending.delete(id);
        };
        pending.set(id, {
          resolve(answer) {
            settle();
            resolve(answer);
          },
          fail(why) {
            settle();
            reject(new Error(why));
          },
        });
        child.send({ id, ...call });
      });
    },

    end,
  };

  async function end(): Promise<void> {
    stop("The instance was stopped.");
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await gone;
    clearTimeout(timer);
  }
}
