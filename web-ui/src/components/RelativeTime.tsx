import { useSyncExternalStore } from "react";
import { texts } from "../texts.ts";
import { relativeTime } from "./relative-time.ts";

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const STEP_MS = 5_000;

function subscribe(changed: () => void) {
  const timer = setInterval(changed, STEP_MS);
  return () => clearInterval(timer);
}

const step = () => Math.floor(Date.now() / STEP_MS) * STEP_MS;

/** A time as "12 min ago", with the absolute one on hover; it keeps itself up to date. */
export function RelativeTime({ at }: { at: string | null }) {
  const now = useSyncExternalStore(subscribe, step);
  if (at === null) return <span>{texts.never}</span>;
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={absolute.format(then)}>
      {relativeTime(Math.min(then, now), now)}
    </time>
  );
}
