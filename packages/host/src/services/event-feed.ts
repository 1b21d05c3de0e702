import type { Tallied } from "../runtime/delivery-tally.ts";
import type { LogLine } from "../runtime/instance-log.ts";
import type { Observed } from "../runtime/supervisor.ts";
import { randomId } from "./random-token.ts";

/** Something that happened: to an instance, or to what `of` names. */
export type Happening =
  | ({ instanceId: string } & (
      | { kind: "status" /** `null`: it was deleted. */; observed: Observed | null }
      | { kind: "log"; line: LogLine }
      | { kind: "deliveries"; tallied: Tallied }
    ))
  | { kind: "changed"; of: Changing };

/** What can change so that who shows it has to ask anew. */
export const CHANGING = ["accounts", "plugins", "instances", "users", "notices"] as const;
export type Changing = (typeof CHANGING)[number];

export type FeedEvent = Happening & { id: string };

/** What happens, for whoever listens; the newest of it is kept for who comes back. */
export interface EventFeed {
  /** Whether somebody listens, or did or is about to within a minute. Else nothing needs to be published. */
  readonly isOn: boolean;
  /** The ID of the newest event. */
  readonly lastId: string;
  publish(happening: Happening): void;
  /** @returns ends it */
  listen(listener: (event: FeedEvent) => void): () => void;
  /** The ID of the newest event; what comes after it is kept for a minute, until somebody listens. */
  mark(): string;
  /** What came after an event; `null` where not all of it is kept. */
  since(id: string): FeedEvent[] | null;
}

const MAX_EVENTS = 2_000;
const MAX_CHARACTERS = 1024 * 1024;
/** Who lost a connection is back by then. */
const LINGER_MS = 60_000;

/** @param onTurn told when publishing begins to be of use, and when it no longer is */
export function createEventFeed(onTurn: (isOn: boolean) => void = () => undefined): EventFeed {
  /** Another one with each start of the host, since the numbers begin anew. */
  const run = randomId();
  const listeners = new Set<(event: FeedEvent) => void>();
  let kept: { number: number; size: number; event: FeedEvent }[] = [];
  let size = 0;
  let last = 0;
  let isOn = false;
  let lingering: NodeJS.Timeout | undefined;

  function turn(on: boolean): void {
    isOn = on;
    kept = [];
    size = 0;
    // What happens until the next one listens has no number: what was known before leads nowhere.
    last++;
    onTurn(on);
  }

  function linger(): void {
    clearTimeout(lingering);
    lingering = setTimeout(() => turn(false), LINGER_MS).unref();
  }

  function drop(): void {
    const [first] = kept.splice(0, 1);
    size -= first?.size ?? 0;
  }

  const lastId = () => `${run}-${last}`;

  return {
    get isOn() {
      return isOn;
    },
    get lastId() {
      return lastId();
    },
    publish(happening) {
      if (!isOn) return;
      const number = ++last;
      const event = { ...happening, id: `${run}-${number}` };
      kept.push({ number, size: sizeOf(happening), event });
      size += sizeOf(happening);
      while (kept.length > MAX_EVENTS || size > MAX_CHARACTERS) drop();
      for (const listener of listeners) listener(event);
    },
    listen(listener) {
      clearTimeout(lingering);
      if (!isOn) turn(true);
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) linger();
      };
    },
    mark() {
      if (!isOn) turn(true);
      if (listeners.size === 0) linger();
      return lastId();
    },
    since(id) {
      const [, of, digits = ""] = /^([0-9a-f]+)-([0-9]{1,15})$/.exec(id) ?? [];
      const number = Number(digits);
      const oldest = kept[0]?.number ?? last + 1;
      if (of !== run || digits === "" || number > last || number < oldest - 1) return null;
      return kept.slice(number - oldest + 1).map(({ event }) => event);
    },
  };
}

function sizeOf(happening: Happening): number {
  if (happening.kind !== "log") return 200;
  const { message, stack = "" } = happening.line;
  return message.length + stack.length + 200;
}
