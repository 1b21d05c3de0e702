import type { Worker } from "node:worker_threads";

const LOOK_EVERY_MS = 100;

/**
 * V8's own limit for a worker is no wall: an allocation that is large enough to jump over it ends the
 * whole process, and buffers do not count. So the hard limit lies far away, and a worker is ended from
 * outside when it holds more than it may.
 */
export const HARD_LIMIT_MB = 4_096;

/**
 * Looks at how much a worker holds, buffers and what is not yet collected included, ten times a
 * second; it is seen while the worker is busy, too.
 *
 * @param onExceeded called once
 * @returns ends the looking
 */
export function watchMemory(worker: Worker, limitMb: number, onExceeded: () => void): () => void {
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const { used_heap_size, external_memory } = await worker.getHeapStatistics();
      if (used_heap_size + external_memory <= limitMb * 1024 * 1024) return;
      clearInterval(timer);
      onExceeded();
    } catch {
      // The worker has ended meanwhile; its exit tells why.
      clearInterval(timer);
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
