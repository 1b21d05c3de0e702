import type { ServerResponse } from "node:http";
import { AppError } from "../errors.ts";
import type { EventFeed, FeedEvent } from "../services/event-feed.ts";
import { includesRole, type Role } from "../store/roles.ts";
import { ACCESS } from "./access.ts";
import type { Asker } from "./gate.ts";
import type { StillIn } from "./still-in.ts";
import { toFeedData } from "./views.ts";

/** The streams that are open: server-sent events, each for one who asked. */
export interface EventStreams {
  /** @throws AppError `LIMIT` */
  check(asker: Asker): void;
  /**
   * Begins to write.
   *
   * @param lastId of the last event that the client saw
   */
  open(raw: ServerResponse, asker: Asker, wanted: Wanted, lastId: string | undefined): void;
  /** Ends those whose session or token has ended. */
  review(): void;
  /** Ends all. */
  close(): void;
}

/** What a stream is to tell of. */
export interface Wanted {
  /** The instance to hear of; `null` for all, and for what is not about instances. */
  only: string | null;
  /** The instance whose log lines are wanted, `""` for none; `null` for those of all that are heard of. */
  logs: string | null;
}

const MAX_OF_USER = 8;
const MAX_OF_ALL = 64;
/** Beside what its reader missed, which is bounded by what is kept. */
const MAX_WAITING_BYTES = 256 * 1024;
const HEARTBEAT_MS = 15_000;
const REVIEW_MS = 5_000;
/** After which a client connects anew. */
const RETRY_MS = 2_000;

/** Who may ask for something may hear of it. */
const NEEDED: Record<Exclude<FeedEvent["kind"], "changed">, string> = {
  status: "GET /api/v1/instances/:id",
  deliveries: "GET /api/v1/instances/:id",
  log: "GET /api/v1/instances/:id/logs",
};
const neededFor = (event: FeedEvent) =>
  ACCESS[event.kind === "changed" ? `GET /api/v1/${event.of}` : NEEDED[event.kind]]?.role;

interface Stream {
  raw: ServerResponse;
  asker: Asker;
  role: Role;
  wanted: Wanted;
  /** What may wait for its reader before it is cut off, in bytes. */
  mayWait: number;
}

/** @param page the script of the page that this host serves: an open tab learns by it that it is older; `null` for none */
export function createEventStreams(
  feed: EventFeed,
  stillIn: StillIn,
  page: string | null = null,
): EventStreams {
  const about = page === null ? {} : { page };
  const streams = new Set<Stream>();
  const timers = new Set<NodeJS.Timeout>();
  let stopListening: (() => void) | undefined;
  /** Made once for all streams. */
  const texts = new WeakMap<FeedEvent, string>();

  function textOf(event: FeedEvent): string {
    const found = texts.get(event) ?? block(event.kind, event.id, toFeedData(event));
    texts.set(event, found);
    return found;
  }

  function write(stream: Stream, text: string): void {
    const { raw } = stream;
    raw.write(text);
    if (raw.writableLength <= stream.mayWait) return;
    // It may come back for what it missed, as long as that is kept.
    remove(stream);
    raw.destroy();
  }

  function end(stream: Stream): void {
    // At once: nothing may be written behind the end.
    remove(stream);
    stream.raw.end();
  }

  function tell(stream: Stream, event: FeedEvent): void {
    const needed = neededFor(event);
    const { only, logs } = stream.wanted;
    if (only !== null && (event.kind === "changed" || only !== event.instanceId)) return;
    if (event.kind === "log" && logs !== null && logs !== event.instanceId) return;
    if (needed === undefined || (needed !== "anyone" && !includesRole(stream.role, needed))) return;
    write(stream, textOf(event));
  }

  function review(): void {
    for (const stream of streams) {
      const role = stillIn(stream.asker);
      if (role === null) end(stream);
      else stream.role = role;
    }
  }

  function begin(): void {
    stopListening ??= feed.listen((event) => {
      for (const stream of streams) tell(stream, event);
    });
    // Also who hears of one instance only knows by it where to go on.
    const beat = () => {
      for (const stream of streams) write(stream, `id: ${feed.lastId}\n: alive\n\n`);
    };
    if (timers.size === 0) {
      timers.add(setInterval(beat, HEARTBEAT_MS).unref());
      timers.add(setInterval(review, REVIEW_MS).unref());
    }
  }

  function remove(stream: Stream): void {
    if (!streams.delete(stream) || streams.size > 0) return;
    stopListening?.();
    stopListening = undefined;
    for (const timer of timers) clearInterval(timer);
    timers.clear();
  }

  return {
    check({ userName }) {
      const own = [...streams].filter(({ asker }) => asker.userName === userName);
      if (own.length < MAX_OF_USER && streams.size < MAX_OF_ALL) return;
      const text = `${own.length} streams of yours are open, ${streams.size} in all; more than ${MAX_OF_USER} and ${MAX_OF_ALL} are not. Close one.`;
      throw new AppError("LIMIT", text);
    },

    open(raw, asker, wanted, lastId) {
      begin();
      const stream: Stream = { raw, asker, role: asker.role, wanted, mayWait: Number.POSITIVE_INFINITY };
      raw.on("close", () => remove(stream));
      raw.write(`retry: ${RETRY_MS}\n\n`);
      streams.add(stream);
      const missed = lastId === undefined ? [] : feed.since(lastId);
      if (missed === null) {
        const reason = "What came after the last event that you saw is not kept. Read anew what you show.";
        write(stream, block("reset", feed.lastId, { ...about, reason }));
      } else {
        write(stream, block("open", lastId ?? feed.lastId, about));
        for (const event of missed) tell(stream, event);
      }
      stream.mayWait = MAX_WAITING_BYTES + raw.writableLength;
      raw.once("drain", () => {
        stream.mayWait = MAX_WAITING_BYTES;
      });
    },

    review,
    close() {
      for (const stream of streams) end(stream);
    },
  };
}

const block = (event: string, id: string, data: object) =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
