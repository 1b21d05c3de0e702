import type { LogLine } from "@rookery/host/api";
import { noteHostsPage } from "./page-age.ts";
import { wantedLog, watchWantedLog } from "./wanted-log.ts";

/** An event of the stream, with its data as it came. */
export interface Told {
  event: "status" | "log" | "deliveries" | "changed";
  data: { instance?: string; of?: string } & Partial<LogLine>;
}

const EVENTS: Told["event"][] = ["status", "log", "deliveries", "changed"];
const RETRY_MS = 2_000;
/** A page that nobody looks at gives its connection up: a browser has six for all tabs together. */
const HIDDEN_MS = 5_000;

let connected = false;
const watchers = new Set<() => void>();

export const isConnected = () => connected;

/** @returns ends it */
export function watchConnection(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

function turn(on: boolean): void {
  if (connected === on) return;
  connected = on;
  for (const changed of watchers) changed();
}

/**
 * Keeps one connection to the host's event stream for as long as the page is looked at. The browser comes back by itself
 * where it broke, saying which event it saw last; where the host refused it, it is tried again here.
 *
 * @param since the last event before what is shown was asked for
 * @param onMissed told when events may have been missed: all that is shown is to be asked for again
 * @returns ends it
 */
export function keepConnection(
  since: string | undefined,
  onTold: (told: Told) => void,
  onMissed: () => void,
): () => void {
  let source: EventSource | undefined;
  /** Another one is taking its place. */
  let before: EventSource | undefined;
  let lastId = since ?? "";
  let retrying: ReturnType<typeof setTimeout> | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let hasBroken = false;

  function open(): void {
    clearTimeout(retrying);
    if (!source) connect();
  }

  function connect(): void {
    const query = new URLSearchParams({ logs: wantedLog(), ...(lastId !== "" && { after: lastId }) });
    const opened = new EventSource(`/api/v1/events?${query}`);
    source = opened;
    const hear = (of: string, told: (data: string) => void) =>
      opened.addEventListener(of, (event: MessageEvent<string> | Event) => {
        // The browser's own events have the same names as some of the host's.
        if (!(event instanceof MessageEvent)) return;
        lastId = event.lastEventId;
        told(event.data);
      });
    hear("open", noteHostsPage);
    hear("reset", (data) => {
      noteHostsPage(data);
      onMissed();
    });
    for (const event of EVENTS) hear(event, (data) => onTold({ event, data: JSON.parse(data) }));
    opened.addEventListener("open", (event) => {
      if (event instanceof MessageEvent) return;
      before?.close();
      before = undefined;
      turn(true);
      if (hasBroken) onMissed();
      hasBroken = false;
    });
    opened.addEventListener("error", () => {
      hasBroken = true;
      const wasConnected = connected;
      turn(false);
      // Whether the host is gone, or only its stream: the answer tells.
      if (wasConnected) onMissed();
      if (opened.readyState !== EventSource.CLOSED) return;
      close();
      retrying = setTimeout(open, RETRY_MS);
    });
  }

  /** What is missed meanwhile comes with the next one. */
  function reconnect(): void {
    if (!source) return;
    before?.close();
    before = source;
    connect();
  }

  function close(): void {
    clearTimeout(retrying);
    before?.close();
    source?.close();
    before = undefined;
    source = undefined;
    turn(false);
  }

  function rest(): void {
    hasBroken = true;
    close();
  }

  function onVisibility(): void {
    clearTimeout(hiding);
    if (document.visibilityState === "visible") open();
    else hiding = setTimeout(rest, HIDDEN_MS);
  }

  const stopWatching = watchWantedLog(reconnect);
  document.addEventListener("visibilitychange", onVisibility);
  // A tab that was opened behind others waits until it is looked at.
  if (document.visibilityState === "visible") open();
  else hasBroken = true;
  return () => {
    stopWatching();
    document.removeEventListener("visibilitychange", onVisibility);
    clearTimeout(hiding);
    close();
  };
}
