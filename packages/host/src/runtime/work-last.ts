import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";

const LAST = constants.priority.PRIORITY_LOW;
/** Who is not root may change one group in 100 ms. */
const AGAIN_MS = 150;

/**
 * Lets a process have the processor only while nothing else wants it. To be called when it was started, before it has threads that
 * work.
 *
 * Where Linux puts sessions into groups (`kernel.sched_autogroup_enabled`, as most distributions have it), the niceness
 * of a process that was started detached counts among its own alone, and its group is as good as the host's: that has
 * to be set, too.
 *
 * @param pid of a process that was started detached; `undefined`: it did not start
 */
export function workLast(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, LAST);
    writeFileSync(`/proc/${pid}/autogroup`, String(LAST));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") setTimeout(workLast, AGAIN_MS, pid).unref();
    // Else it is gone already, or the system has no such groups.
  }
}
