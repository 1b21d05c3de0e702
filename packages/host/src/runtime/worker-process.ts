import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import {
  createFrameReader,
  createRpc,
  type Methods,
  type PluginApi,
  type Rpc,
  toFrame,
  type WorkerData,
} from "@rookery/plugin-sdk/protocol";
import { reasonOf } from "../errors.ts";
import { childStream } from "./child-stream.ts";
import { type AskDatabase, openDatabaseLine } from "./database-line.ts";
import { limitedCommand } from "./limited-command.ts";
import { createPace } from "./pace.ts";
import { type UsageLimits, type WorkerUsage, watchUsage } from "./worker-usage.ts";

/**
 * Why a worker is gone: `stopped` by the host, which needs it no more; by itself (`exit`); or for what it did:
 * it outgrew its memory, answered no ping, sent too much, sent what is not of the protocol, did not read its answers, or did not come up.
 */
export const WORKER_ENDS = [
  "stopped",
  "exit",
  "out-of-memory",
  "unresponsive",
  "flood",
  "bad-message",
  "unread",
  "not-started",
] as const;
export type WorkerEnd = (typeof WORKER_ENDS)[number];

/** A running worker: one process with both walls, and the RPC to it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  readonly rpc: Rpc<PluginApi>;
  /** What it uses now; what it used, where it is gone. */
  usage(): WorkerUsage;
  /** Kills the process; resolves when it is gone. `onExit` is told the reason. */
  terminate(reason: string, end?: WorkerEnd): Promise<void>;
}

export interface WorkerProcessOptions extends UsageLimits {
  /** The worker's own bundle: the only file it may read. */
  file: string;
  pluginId: string;
  code: string;
  /** What it may ask and tell the host; beyond it, it waits. */
  messagesPerSecond: number;
  methods: Methods;
  /** Answers what an instance asks of its database; never rejects. The worker stands still meanwhile. */
  database: AskDatabase;
  /** A line that the worker wrote past its instances' logs, or a notice that was refused. */
  onOutput: (line: string) => void;
  /** Told while it is slowed down, and why. */
  onSlowed: (reason: string) => void;
  /** Called once, when the process is gone, whyever: in words, and in one of a few. */
  onExit: (reason: string, end: WorkerEnd) => void;
  pingIntervalMs?: number;
  pingDeadlineMs?: number;
}

const START_DEADLINE_MS = 15_000;
const MAX_PENDING = 100_000;
/** The longest batch that a worker may send: a request's body of 10 MiB as base64, and room. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024;
/** Answers that a worker does not take; beyond it, it is ended. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** What V8 writes before it ends its own process. */
const OUT_OF_MEMORY = /out of memory|invalid size error|invalid array length|allocation failed/i;
const MAX_OUTPUT = 8_000;
/** A worker that is not listened to for longer could not answer its ping. */
const LONGEST_PAUSE_MS = 2_000;
/** Plugins' work yields to the host's: it answers while they count. */
const NICENESS = 5;
/** How often a worker is looked at that has not answered a ping yet. */
const LATE_MS = 250;
/** One that computed for so long and did not come to answer is busy: from then on it yields to all other plugins, too. */
const BUSY_SECONDS = 0.2;
const LAST = 19;
/** One that did not get to compute, since others want the machine, has so many times longer to answer. */
const STARVED = 6;

/**
 * Starts a worker process for one plugin. A worker that computes past the deadline of a ping (an
 * endless loop) or outgrows its memory is killed. It ends by itself when the host is gone.
 */
export function startWorkerProcess(options: WorkerProcessOptions): WorkerProcess {
  const { file, pluginId, code, memoryMb, methods, onOutput, onExit } = options;
  const { pingIntervalMs = 1_000, pingDeadlineMs = 5_000 } = options;
  const outOfMemory = `Its worker ran out of memory (${memoryMb} MB).`;
  let exitReason: string | undefined;
  let ended: WorkerEnd | undefined;
  let output = "";

  const [program, ...args] = limitedCommand(
    [process.execPath, ...nodeArguments(file, memoryMb), file],
    memoryMb,
  );
  const child = spawn(program, args, {
    env: {},
    cwd: "/",
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    // Ctrl-C in a terminal goes to the whole group; running handlers get their time all the same.
    detached: true,
  });
  const [stdout, stderr] = [childStream(child, 1), childStream(child, 2)];
  const [channel, databaseLine] = [childStream(child, 3), childStream(child, 4)];
  lowerPriority(child.pid, NICENESS);
  for (const stream of [stdout, stderr]) stream.on("data", (chunk) => tell(String(chunk)));

  const rpc = createRpc<PluginApi>({
    post,
    // After the sockets that are readable now: what several homeserver answers bring crosses as one.
    defer: setImmediate,
    methods,
    deadlineMs: START_DEADLINE_MS,
    maxPending: MAX_PENDING,
    sendStacks: false,
    onNoticeFailed: (method, error) => onOutput(`"${method}" was refused: ${reasonOf(error)}`),
    onMalformed: refuse,
  });
  const pace = createPace(options.messagesPerSecond, options.messagesPerSecond);
  const read = createFrameReader(MAX_BATCH_BYTES, (bytes) => {
    if (pinging === undefined) cameUp();
    const batch = JSON.parse(bytes.toString()) as unknown;
    slowDown(pace.take(Array.isArray(batch) ? batch.length : 1));
    rpc.receive(batch);
  });
  channel.on("data", (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      refuse(reasonOf(error));
    }
  });
  const database = openDatabaseLine(databaseLine, options.database, refuse);
  // A worker that is gone closes its ends; its exit tells why.
  for (const stream of [channel, databaseLine]) stream.on("error", () => undefined);
  post({ pluginId, code } satisfies WorkerData);

  const tooLarge = () => void terminate(outOfMemory, "out-of-memory");
  const usage = watchUsage(child.pid, options, tooLarge, rest);
  let pinging: NodeJS.Timeout | undefined;
  const notUp = () => void terminate("Its worker did not come up.", "not-started");
  const comingUp = setTimeout(notUp, START_DEADLINE_MS).unref();

  const gone = new Promise<void>((resolve) => {
    let isGone = false;
    function finish(how: string, end: WorkerEnd): void {
      // What could not be started may have both events.
      if (isGone) return;
      isGone = true;
      clearTimeout(comingUp);
      clearInterval(pinging);
      usage.stop();
      const ranOut = OUT_OF_MEMORY.test(output);
      const reason = exitReason ?? (ranOut ? outOfMemory : how);
      rpc.close(reason);
      for (const stream of [channel, databaseLine]) stream.destroy();
      onExit(reason, ended ?? (ranOut ? "out-of-memory" : end));
      resolve();
    }
    // "close" comes when its output is read to the end, too.
    child.once("close", (code, signal) => finish(howItEnded(code, signal, output), "exit"));
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      finish(`Its worker could not be started: ${reasonOf(error)}`, "not-started");
    });
  });

  /** Its first words come before anything of the plugin runs: how long that takes is the machine's affair. */
  function cameUp(): void {
    clearTimeout(comingUp);
    let pinged = false;
    pinging = setInterval(async () => {
      if (pinged) return;
      pinged = true;
      await ping();
      pinged = false;
    }, pingIntervalMs).unref();
  }

  async function ping(): Promise<void> {
    const asked = performance.now();
    const used = usage.now().cpuSeconds;
    const askedBefore = database.asked();
    const look = setInterval(() => {
      const { residentBytes, cpuSeconds } = usage.now();
      // A machine that does not tell is not asked twice.
      const isBusy = residentBytes === null || cpuSeconds - used >= BUSY_SECONDS;
      if (isBusy) lowerPriority(child.pid, LAST);
      const deadlineMs = isBusy ? pingDeadlineMs : pingDeadlineMs * STARVED;
      if (performance.now() - asked < deadlineMs) return;
      const times = database.asked() - askedBefore;
      void terminate(noAnswer(deadlineMs / 1000, times, isBusy), "unresponsive");
    }, LATE_MS).unref();
    try {
      await rpc.call("", "worker.ping", null, 2 * STARVED * pingDeadlineMs);
    } catch {
      // It is gone, and its exit tells why; or it could not take a ping, and is looked at until it is gone.
      await gone;
    } finally {
      clearInterval(look);
    }
  }

  function post(batch: unknown): void {
    channel.write(toFrame(JSON.stringify(batch)));
    if (channel.writableLength > MAX_UNREAD_BYTES)
      void terminate("Its worker does not take what it asked for.", "unread");
  }

  /** What is not read waits in the worker, and counts as its memory. */
  function slowDown(ms: number): void {
    if (ms > LONGEST_PAUSE_MS) {
      void terminate(
        `Its worker floods the host: it may send ${options.messagesPerSecond} messages a second.`,
        "flood",
      );
    } else if (ms > 0) {
      channel.pause();
      setTimeout(() => channel.resume(), ms).unref();
    }
  }

  /** The kernel stops it for a while: what it was doing goes on afterwards. */
  function rest(ms: number): void {
    options.onSlowed(
      `It used more than ${options.cpuPercent} % of a processor for a minute and is slowed down.`,
    );
    child.kill("SIGSTOP");
    setTimeout(() => child.kill("SIGCONT"), ms).unref();
  }

  function refuse(detail: string): void {
    void terminate(`It sent a message that is not of the protocol's form: ${detail}`, "bad-message");
  }

  function tell(text: string): void {
    if (output.length < MAX_OUTPUT) output += text;
    onOutput(text);
  }

  async function terminate(reason: string, end: WorkerEnd = "stopped"): Promise<void> {
    exitReason ??= reason;
    ended ??= end;
    if (child.pid !== undefined) child.kill("SIGKILL");
    await gone;
  }

  return { pid: child.pid, rpc, usage: usage.now, terminate };
}

/** The first wall: Node's permission model, with nothing granted but the worker's own file. */
function nodeArguments(file: string, memoryMb: number): string[] {
  return [
    ...["--permission", `--allow-fs-read=${file}`, "--no-warnings"],
    // node:sqlite opens files past the permission model; plugins have theirs in another process.
    "--no-experimental-sqlite",
    ...[`--max-old-space-size=${memoryMb}`, "--max-semi-space-size=4", "--stack-size=3900"],
  ];
}

/** Nothing where it has ended meanwhile: its exit tells. */
function lowerPriority(pid: number | undefined, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SYSTEM_ERROR") throw error;
  }
}

/**
 * @param asked how often it asked its databases in that time
 * @param isBusy whether it computed
 */
function noAnswer(seconds: number, asked: number, isBusy: boolean): string {
  const text = `Its worker did not answer for ${seconds} s`;
  if (asked === 0) return `${text} (${isBusy ? "an endless loop?" : "too little of the processor?"}).`;
  return `${text}, and asked its database ${asked} times meanwhile. What asks that much has to await a timer in between.`;
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null, output: string): string {
  const thrown = /^(?:Uncaught|\w*Error): (.*)$/m.exec(output)?.[1];
  if (thrown !== undefined) return `Its worker failed: ${thrown}`;
  return `Its worker ended by itself (${signal ?? `exit code ${code}`}).`;
}
