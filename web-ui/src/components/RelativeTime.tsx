import { useSyncExternalStore } from "react";
import { texts } from "../texts.ts";
import { relativeTime } from "./relative-time.ts";

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const STEP_MS = 5_000;

/** All times on the page go by one timer: a list has hundreds of them. */
const watching = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(changed: () => void) {
  watching.add(changed);
  timer ??= setInterval(() => {
    for (const tell of watching) tell();
  }, STEP_MS);
  return () => {
    watching.delete(changed);
    if (watching.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const step = () => Math.floor(Date.now() / STEP_MS) * STEP_MS;

/** A time as "12 min ago", with the absolute one on hover; it keeps itself up to date. */
export function RelativeTime({ at }: { at: string | null }) {
  const now = useSyncExternalStore(subscribe, step);
  if (at === null) return <span>{texts.never}</span>;
  const then = Date.parse(at);
  return (
    // That it passes is no news, also where what happened is read out.
    <time dateTime={at} title={absolute.format(then)} aria-live="off">
      {relativeTime(Math.min(then, now), now)}
    </time>
  );
}
