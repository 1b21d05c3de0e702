import { readFileSync } from "node:fs";
import { createPace } from "./pace.ts";

const LOOK_EVERY_MS = 100;
const PAGE_BYTES = 4_096;
const TICKS_PER_SECOND = 100;
/** An empty worker: Node and the two walls. */
const EMPTY_MB = 40;
const CPU_SAMPLE_MS = 1_000;
/** For so many seconds a worker may use all of a processor that its share of them comes to. */
const CPU_BURST_SECONDS = 60;
/** A worker that rests for longer could not answer its ping. */
const LONGEST_REST_MS = 1_000;

export interface UsageLimits {
  /** What a worker may hold beyond an empty one, buffers and what is not yet collected included. */
  memoryMb: number;
  /** Its share of one processor, in the long run. */
  cpuPercent: number;
}

/** What a worker's process uses. */
export interface WorkerUsage {
  /** `null` where it is gone, or the system does not tell. */
  residentBytes: number | null;
  /** Of all its threads since it began; the last that was seen, where it is gone. */
  cpuSeconds: number;
}

/** The looking at a worker. */
export interface UsageWatch {
  now(): WorkerUsage;
  /** The process is gone: from now on its number may be another one's. */
  stop(): void;
}

/**
 * Looks at what a worker uses: its memory ten times a second, its processor time every second. V8's own
 * limit holds for its heap; the kernel's (`limited-command.ts`) for what a single step takes. Only Linux
 * tells; elsewhere V8's limit is the only one.
 *
 * @param onOutOfMemory called once
 * @param onTooBusy called with how long it must rest, in milliseconds
 */
export function watchUsage(
  pid: number | undefined,
  { memoryMb, cpuPercent }: UsageLimits,
  onOutOfMemory: () => void,
  onTooBusy: (restMs: number) => void,
): UsageWatch {
  if (process.platform !== "linux" || pid === undefined) {
    return { now: () => ({ residentBytes: null, cpuSeconds: 0 }), stop: () => undefined };
  }
  const limit = (EMPTY_MB + memoryMb) * 1024 * 1024;
  const cpuMsPerSecond = cpuPercent * 10;
  const cpu = createPace(cpuMsPerSecond, cpuMsPerSecond * CPU_BURST_SECONDS);
  let sampledAt = performance.now();
  let used = 0;
  let isGone = false;
  /** Whenever it was looked at: no less than `used`. */
  let seen = 0;

  function lookAtCpu(): number {
    // A process that has just ended has none.
    seen = Math.max(seen, cpuMs(pid as number));
    return seen;
  }

  const timer = setInterval(() => {
    if (privateBytes(pid) > limit) {
      clearInterval(timer);
      return onOutOfMemory();
    }
    const now = performance.now();
    if (now - sampledAt < CPU_SAMPLE_MS) return;
    sampledAt = now;
    const usedBefore = used;
    used = lookAtCpu();
    const restMs = cpu.take(used - usedBefore);
    if (restMs > 0) onTooBusy(Math.min(restMs, LONGEST_REST_MS));
  }, LOOK_EVERY_MS).unref();
  return {
    now() {
      if (isGone) return { residentBytes: null, cpuSeconds: seen / 1000 };
      return { residentBytes: residentBytes(pid) || null, cpuSeconds: lookAtCpu() / 1000 };
    },
    stop() {
      isGone = true;
      clearInterval(timer);
    },
  };
}

/** What a process holds in memory, with what it shares. */
function residentBytes(pid: number): number {
  const [, resident = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return Number(resident) * PAGE_BYTES;
}

/** What a process holds in memory and shares with nobody. https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html */
function privateBytes(pid: number): number {
  const [, resident = "0", shared = "0"] = read(`/proc/${pid}/statm`).split(" ");
  return (Number(resident) - Number(shared)) * PAGE_BYTES;
}

/** Processor time of all its threads so far. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuMs(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The second field, the program's name, may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND) * 1000;
}

/** Empty when the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}
