import type { LogEntry } from "@rookery/plugin-sdk/protocol";
import { createPace } from "./pace.ts";

const BURST_SECONDS = 10;
const TELL_EVERY_MS = 5_000;

/**
 * Takes an instance's log lines, as many a second as it may write (ten times that at once). What comes
 * beyond is left out and counted; the log says how many.
 *
 * @returns takes a line
 */
export function limitLog(
  perSecond: number,
  write: (entry: LogEntry) => void,
  now: () => number = () => performance.now(),
): (entry: LogEntry) => void {
  const pace = createPace(perSecond, perSecond * BURST_SECONDS, now);
  let leftOut = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  function tell(): void {
    if (leftOut === 0 || now() - toldAt < TELL_EVERY_MS) return;
    toldAt = now();
    const message = `${leftOut} lines of this log were left out: it may have ${perSecond} a second.`;
    leftOut = 0;
    write({ level: "warn", message });
  }

  return (entry) => {
    if (pace.wait() > 0) {
      leftOut++;
      tell();
      return;
    }
    tell();
    pace.take();
    write(entry);
  };
}
