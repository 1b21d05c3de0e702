import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { trimHeap } from "./trim-heap.ts";

/** The share of the time that the host may be at work and still count as quiet. */
const QUIET = 0.1;
const WORTH_IT_BYTES = 16 * 1024 * 1024;

/**
 * Gives back what a flood took. V8 collects when it needs room, and a host that nobody talks to needs
 * none: after a flood it would keep its garbage for hours. So it is told to collect (some 50 ms) when it is
 * quiet and holds much more than after the last time; once after it was at work, than the least it ever held.
 *
 * @returns ends it
 */
export function collectWhenQuiet(everyMs = 10_000): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  let held = process.memoryUsage.rss();
  let least = held;
  let worked = false;
  let before = performance.eventLoopUtilization();

  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > QUIET) {
      worked = true;
      return;
    }
    if (process.memoryUsage.rss() - (worked ? least : held) < WORTH_IT_BYTES) return;
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    trimHeap();
    held = process.memoryUsage.rss();
    least = Math.min(least, held);
    worked = false;
  }, everyMs).unref();
  return () => clearInterval(timer);
}
