import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 100;
const PAGE_BYTES = 4_096;
/** An empty worker: Node and the two walls. */
const EMPTY_MB = 40;

/**
 * Looks at how much a worker holds, buffers and what is not yet collected included, ten times a second.
 * V8's own limit holds for its heap; the kernel's (`limited-command.ts`) for what a single step takes.
 * Only Linux tells; elsewhere V8's limit is the only one.
 *
 * @param onExceeded called once
 * @returns ends the looking
 */
export function watchMemory(pid: number | undefined, limitMb: number, onExceeded: () => void): () => void {
  if (process.platform !== "linux" || pid === undefined) return () => undefined;
  const limit = (EMPTY_MB + limitMb) * 1024 * 1024;
  const timer = setInterval(() => {
    if (privateBytes(pid) <= limit) return;
    clearInterval(timer);
    onExceeded();
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** What a process holds in memory and shares with nobody; 0 when it is gone. https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html */
function privateBytes(pid: number): number {
  try {
    const [, resident = "0", shared = "0"] = readFileSync(`/proc/${pid}/statm`, "latin1").split(" ");
    return (Number(resident) - Number(shared)) * PAGE_BYTES;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
}
