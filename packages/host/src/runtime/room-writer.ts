import { setTimeout as delay } from "node:timers/promises";
import { MatrixError } from "matrix-bot-sdk";
import type { HostMatrixClient } from "../matrix/client.ts";
import { untilAnswered } from "../matrix/retry.ts";
import type { InFlight } from "./dispatcher.ts";
import type { ActingUser } from "./impersonation.ts";
import { createPace, type Pace } from "./pace.ts";

/** An instance's writes to Matrix. */
export interface RoomWriter {
  /**
   * @param content where it is still being made, the event keeps its number and its place in the room's line
   * @param roomId the delivery's own unless told
   * @param as who says it; the account's own user unless told
   * @returns the event's ID
   */
  send(
    delivery: InFlight,
    type: string,
    content: object | Promise<object>,
    roomId?: string,
    as?: ActingUser,
  ): Promise<string>;
  /** @param eventId likewise may still have to be checked */
  redact(
    delivery: InFlight,
    eventId: string | Promise<string>,
    reason?: string,
    roomId?: string,
    as?: ActingUser,
  ): Promise<string>;
  /** Does what has no transaction ID, when it is its turn in the room, for as long as its failure passes. */
  inTurn<T>(roomId: string, write: () => Promise<T>): Promise<T>;
  /** Does what belongs to no room, likewise. */
  answered<T>(write: () => Promise<T>): Promise<T>;
  /** The transaction ID of the delivery's next write. Taken when the write is asked for, so that its number does not hang on how long others take. */
  nextTxnId(delivery: InFlight): string;
  /** Whether the event was sent by this writer, as far as it remembers. */
  sent(eventId: string): boolean;
  readonly stats: Readonly<WriteStats>;
}

/** What an instance wrote. */
export interface WriteStats {
  sent: number;
  /** In milliseconds since 1970. */
  lastAt: number | null;
}

const REMEMBERED = 1_000;
/** What a room may get at once, in seconds of its pace. */
const BURST_SECONDS = 5;

/**
 * Writes under transaction IDs made of instance, event and the write's number within the delivery:
 * when a delivery runs again, the homeserver answers with the first run's events. Writes to one
 * room go out in the order in which they were asked for, however long the server makes one wait.
 *
 * @param writesPerSecond how many may go into one room, so that no bot floods it
 * @param stats go on where the instance's last writer was
 */
export function createRoomWriter(
  instanceId: string,
  client: HostMatrixClient,
  signal: AbortSignal,
  onRevoked: () => void,
  writesPerSecond: number,
  stats: WriteStats = { sent: 0, lastAt: null },
): RoomWriter {
  const tails = new Map<string, Promise<unknown>>();
  const paces = new Map<string, Pace>();
  const remembered = new Set<string>();

  async function inOrder<T>(
    delivery: InFlight,
    roomId: string,
    subject: T | Promise<T>,
    put: (txnId: string, subject: T) => Promise<string>,
  ): Promise<string> {
    const txnId = nextTxnId(delivery);
    // Its failure is met when its turn comes.
    if (subject instanceof Promise) subject.catch(() => undefined);
    const eventId = await lineUp(roomId, async () => {
      const ready = await subject;
      const wait = paceOf(roomId).take();
      if (wait > 0) await delay(wait, undefined, { signal });
      return await whileLoggedIn(() => put(txnId, ready));
    });
    stats.sent++;
    stats.lastAt = Date.now();
    if (remembered.size >= REMEMBERED) remembered.delete(remembered.values().next().value ?? "");
    remembered.add(eventId);
    return eventId;
  }

  async function lineUp<T>(roomId: string, write: () => Promise<T>): Promise<T> {
    const before = tails.get(roomId);
    const run = before ? before.then(write, write) : write();
    tails.set(roomId, run);
    try {
      return await run;
    } finally {
      if (tails.get(roomId) === run) tails.delete(roomId);
    }
  }

  function paceOf(roomId: string): Pace {
    const found = paces.get(roomId) ?? createPace(writesPerSecond, writesPerSecond * BURST_SECONDS);
    paces.set(roomId, found);
    return found;
  }

  /**
   * A login that was revoked is no answer to the handler: its delivery waits, un-acknowledged, for a
   * new login. So the write ends only when the instance is stopped, which the account sees to.
   */
  async function whileLoggedIn<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await untilAnswered(signal, write);
    } catch (error) {
      if (!(error instanceof MatrixError) || error.errcode !== "M_UNKNOWN_TOKEN") throw error;
      if (signal.aborted) throw error;
      onRevoked();
      return await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(error), { once: true });
      });
    }
  }

  function nextTxnId(delivery: InFlight): string {
    const { eventId, run } = delivery.entry;
    // Run again by hand, it is to be said again, although the first run said it already.
    return `rookery.${instanceId}.${eventId}.${run > 0 ? `run${run}.` : ""}${delivery.writes++}`;
  }

  return {
    stats,
    sent: (eventId) => remembered.has(eventId),
    nextTxnId,
    answered: whileLoggedIn,
    inTurn: (roomId, write) => lineUp(roomId, () => whileLoggedIn(write)),

    send: (delivery, type, content, roomId = delivery.entry.roomId, as) =>
      inOrder(delivery, roomId, content, (txnId, ready) => {
        const put = () => client.putEvent(roomId, type, txnId, ready, as?.userId);
        return as ? as.inRoom(roomId, put) : put();
      }),

    redact: (delivery, eventId, reason, roomId = delivery.entry.roomId, as) =>
      inOrder(delivery, roomId, eventId, (txnId, ready) => {
        const put = () => client.putRedaction(roomId, ready, txnId, reason, as?.userId);
        return as ? as.inRoom(roomId, put) : put();
      }),
  };
}
