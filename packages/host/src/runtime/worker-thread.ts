import { Worker } from "node:worker_threads";
import {
  createRpc,
  type DatabaseAnswer,
  type DatabaseRequest,
  type Methods,
  type PluginApi,
  type Rpc,
} from "@rookery/plugin-sdk/protocol";
import { reasonOf } from "../errors.ts";
import { openDatabaseLine } from "./database-channel.ts";
import { HARD_LIMIT_MB, watchMemory } from "./worker-memory.ts";

/** A running worker: one thread with both walls, and the RPC to it. */
export interface WorkerThread {
  readonly rpc: Rpc<PluginApi>;
  /** Ends the thread; resolves when it is gone. `onExit` is told the reason. */
  terminate(reason: string): Promise<void>;
}

export interface WorkerThreadOptions {
  /** The worker's own bundle: the only file it may read. */
  file: string;
  pluginId: string;
  code: string;
  /** What it may hold, buffers included. */
  memoryMb: number;
  methods: Methods;
  /** Answers what an instance asks of its database; never rejects. The worker stands still meanwhile. */
  database: (instanceId: string, request: DatabaseRequest) => Promise<DatabaseAnswer>;
  /** A line that the worker wrote past its instances' logs, or a notice that was refused. */
  onOutput: (line: string) => void;
  /** Called once, when the thread is gone, whyever. */
  onExit: (reason: string) => void;
  pingIntervalMs?: number;
  pingDeadlineMs?: number;
}

const START_DEADLINE_MS = 15_000;
const MAX_PENDING = 100_000;

/**
 * Starts a worker thread for one plugin. A worker that answers no ping within the deadline (an
 * endless loop) or outgrows its memory is ended.
 */
export function startWorkerThread(options: WorkerThreadOptions): WorkerThread {
  const { file, pluginId, code, memoryMb, methods, onOutput, onExit } = options;
  const { pingIntervalMs = 1_000, pingDeadlineMs = 5_000 } = options;
  const outOfMemory = `Its worker ran out of memory (${memoryMb} MB).`;
  const { line, close: closeLine } = openDatabaseLine(options.database);
  let exitReason: string | undefined;

  const worker = new Worker(file, {
    name: pluginId,
    env: {},
    argv: [],
    // node:sqlite opens files past the permission model; plugins have theirs in another process.
    execArgv: ["--permission", `--allow-fs-read=${file}`, "--no-warnings", "--no-experimental-sqlite"],
    resourceLimits: { maxOldGenerationSizeMb: HARD_LIMIT_MB, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    workerData: { pluginId, code, database: line },
    transferList: [line.port],
    stdout: true,
    stderr: true,
    trackUnmanagedFds: true,
  });
  worker.stdout.on("data", (chunk) => onOutput(String(chunk)));
  worker.stderr.on("data", (chunk) => onOutput(String(chunk)));

  const rpc = createRpc<PluginApi>({
    post: (batch) => worker.postMessage(batch),
    // After the sockets that are readable now: what several homeserver answers bring crosses as one.
    defer: setImmediate,
    methods,
    deadlineMs: START_DEADLINE_MS,
    maxPending: MAX_PENDING,
    sendStacks: false,
    onNoticeFailed: (method, error) => onOutput(`"${method}" was refused: ${reasonOf(error)}`),
    onMalformed: (detail) =>
      void terminate(`It sent a message that is not of the protocol's form: ${detail}`),
  });
  worker.on("message", (batch) => rpc.receive(batch));
  worker.on("error", (error) => {
    exitReason ??=
      (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY"
        ? outOfMemory
        : `Its worker failed: ${reasonOf(error)}`;
  });
  const gone = new Promise<void>((resolve) => {
    worker.once("exit", (code) => {
      clearInterval(pinging);
      stopWatching();
      const reason = exitReason ?? `Its worker ended by itself (exit code ${code}).`;
      rpc.close(reason);
      closeLine();
      onExit(reason);
      resolve();
    });
  });

  const stopWatching = watchMemory(worker, memoryMb, () => void terminate(outOfMemory));
  let pingPending = false;
  const pinging = setInterval(() => {
    if (pingPending) return;
    pingPending = true;
    rpc.call("", "worker.ping", null, pingDeadlineMs).then(
      () => {
        pingPending = false;
      },
      () => void terminate(`Its worker did not answer for ${pingDeadlineMs / 1000} s (an endless loop?).`),
    );
  }, pingIntervalMs).unref();

  async function terminate(reason: string): Promise<void> {
    exitReason ??= reason;
    await worker.terminate();
    await gone;
  }

  return { rpc, terminate };
}
