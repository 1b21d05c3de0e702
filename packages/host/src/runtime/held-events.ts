import type { RoomKey } from "@rookery/crypto/account";
import type { ReadEvents } from "../matrix/account-encryption.ts";
import type { RoomEvent } from "../matrix/sync-response.ts";
import type { HeldEvent } from "../store/held-events.ts";
import type { Inbox } from "../store/inbox.ts";
import { createTurns } from "./turns.ts";

/** An account, as far as its held events need it. */
export interface HoldingAccount {
  id: string;
  signal: AbortSignal;
  decrypt(roomId: string, events: RoomEvent[]): Promise<ReadEvents>;
}

/** Events that wait for their keys, and what waits behind them so that a room's order is kept. */
export interface HeldEvents {
  /**
   * Which of a room's events are to be held, in their order, to be stored in the transaction that takes them in.
   *
   * @param awaited IDs of those whose key may still come
   */
  choose(accountId: string, roomId: string, events: RoomEvent[], awaited: ReadonlySet<string>): HeldEvent[];
  /** They are on the disk now. */
  stored(account: HoldingAccount, held: readonly HeldEvent[]): void;
  keysCame(account: HoldingAccount, keys: readonly RoomKey[]): void;
  /** Goes on with what an earlier run held. */
  resume(account: HoldingAccount): void;
  /** How many of an account's events wait for a key. */
  waiting(accountId: string): number;
}

/** What is held no longer. */
export interface Released {
  roomId: string;
  ids: number[];
  /** In their order, as far as they can be read. */
  events: RoomEvent[];
  /** Of them, those for which no key came. */
  unreadable: number;
}

/**
 * A key that is not there with its event is sent apart, by another homeserver, say. So long does the room wait for it;
 * then what was said later goes on, or anybody could silence a bot with an event that nobody can read.
 */
export const HOLD_MS = 30_000;
/** Of a room. The oldest are given up when there are more. */
const MOST = 1_000;
/** The longest that a timer can wait. */
const TIMER_MAX_MS = 2 ** 31 - 1;

interface Waiting {
  cameAt: number;
  awaitsKey: boolean;
  sessionId: string;
}

/**
 * @param patienceMs how long events of a room of an account may wait for their keys
 * @param release stores what held events mean
 */
export function createHeldEvents(options: {
  inbox: Pick<Inbox, "held" | "takeId">;
  patienceMs: (accountId: string, roomId: string) => number;
  release: (account: HoldingAccount, released: Released) => void;
  onError: (message: string, error: unknown) => void;
  holdMs?: number;
  now?: () => number;
}): HeldEvents {
  const { inbox, patienceMs, release, onError, holdMs = HOLD_MS, now = Date.now } = options;
  /** By account and room, then by ID, the oldest first. */
  const rooms = new Map<string, Map<number, Waiting>>();
  const timers = new Map<string, NodeJS.Timeout>();
  const turns = createTurns();

  const isHolding = (room: Map<number, Waiting>) =>
    [...room.values()].some(({ awaitsKey, cameAt }) => !awaitsKey || cameAt + holdMs > now());

  function remember({ id, accountId, roomId, cameAt, awaitsKey, event }: HeldEvent): void {
    const name = key(accountId, roomId);
    const room = rooms.get(name) ?? new Map<number, Waiting>();
    rooms.set(name, room.set(id, { cameAt, awaitsKey, sessionId: sessionOf(event) }));
  }

  function look(account: HoldingAccount, roomId: string, sessions: ReadonlySet<string> | null): void {
    const name = key(account.id, roomId);
    turns
      .take(name, () => lookNow(account, roomId, name, sessions))
      .catch((error: unknown) => {
        if (!account.signal.aborted)
          onError(`What waits for keys in ${roomId} could not be looked at.`, error);
      });
  }

  async function lookNow(
    account: HoldingAccount,
    roomId: string,
    name: string,
    sessions: ReadonlySet<string> | null,
  ): Promise<void> {
    if (account.signal.aborted) return;
    const rows = inbox.held(account.id, roomId);
    const isTried = ({ event, awaitsKey }: HeldEvent) =>
      sessions === null || !awaitsKey || sessions.has(sessionOf(event));
    const tried = rows.filter(isTried);
    const events = tried.map(({ event }) => JSON.parse(event) as RoomEvent);
    const { events: read, awaited } = await account.decrypt(roomId, events);
    if (account.signal.aborted) return;
    const patience = patienceMs(account.id, roomId);
    const until = (cameAt: number, { origin_server_ts: sentAt }: RoomEvent) =>
      Math.min(cameAt, sentAt) + patience;
    const readable = new Map(tried.map(({ id }, index) => [id, read[index] as RoomEvent]));
    const released: Released = { roomId, ids: [], events: [], unreadable: 0 };
    const kept = new Map<number, Waiting>();
    let isBlocked = false;
    for (const [index, { id, cameAt, awaitsKey, event }] of rows.entries()) {
      const found = readable.get(id) ?? (JSON.parse(event) as RoomEvent);
      const isAwaited = readable.has(id) ? awaited.has(found.event_id) : awaitsKey;
      const mayCome = isAwaited && rows.length - index <= MOST && until(cameAt, found) > now();
      if (mayCome || isBlocked) kept.set(id, { cameAt, awaitsKey: isAwaited, sessionId: sessionOf(event) });
      else {
        released.ids.push(id);
        released.events.push(found);
        if (found.type === "m.room.encrypted") released.unreadable++;
      }
      isBlocked ||= mayCome && cameAt + holdMs > now();
    }
    if (released.ids.length > 0) release(account, released);
    const last = rows.at(-1)?.id ?? 0;
    // What came meanwhile stands behind, and is looked at next.
    const newer = [...(rooms.get(name) ?? [])].filter(([id]) => id > last);
    const room = new Map([...kept, ...newer]);
    if (room.size === 0) rooms.delete(name);
    else rooms.set(name, room);
    wake(account, roomId, name, room);
  }

  /** When the first of them is to go on, key or no key. */
  function wake(account: HoldingAccount, roomId: string, name: string, room: Map<number, Waiting>): void {
    clearTimeout(timers.get(name));
    timers.delete(name);
    if (room.size === 0) return;
    const patience = patienceMs(account.id, roomId);
    const times = [...room.values()].flatMap(({ cameAt, awaitsKey }) =>
      awaitsKey ? [cameAt + holdMs, cameAt + patience].filter((time) => time > now()) : [],
    );
    const inMs = Math.min(TIMER_MAX_MS, Math.max(1, Math.min(...times) - now() + 1));
    const timer = setTimeout(() => look(account, roomId, null), inMs).unref();
    timers.set(name, timer);
    account.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  return {
    choose(accountId, roomId, events, awaited) {
      const room = rooms.get(key(accountId, roomId));
      let isHeld = room !== undefined && isHolding(room);
      const held: HeldEvent[] = [];
      for (const event of events) {
        const awaitsKey = awaited.has(event.event_id);
        if (!isHeld && !awaitsKey) continue;
        isHeld = true;
        const id = inbox.takeId();
        held.push({ ...{ id, accountId, roomId, cameAt: now(), awaitsKey }, event: JSON.stringify(event) });
      }
      return held;
    },

    stored(account, held) {
      for (const event of held) remember(event);
      // A key may have come since it was tried.
      for (const roomId of new Set(held.map(({ roomId }) => roomId))) look(account, roomId, null);
    },

    keysCame(account, keys) {
      for (const [roomId, sessions] of Map.groupBy(keys, (each) => each.roomId)) {
        const room = rooms.get(key(account.id, roomId));
        const came = new Set(sessions.map(({ sessionId }) => sessionId));
        if (room && [...room.values()].some(({ sessionId }) => came.has(sessionId)))
          look(account, roomId, came);
      }
    },

    resume(account) {
      const held = inbox.held(account.id);
      for (const event of held) remember(event);
      for (const roomId of new Set(held.map(({ roomId }) => roomId))) look(account, roomId, null);
    },

    waiting: (accountId) =>
      [...rooms].reduce(
        (sum, [name, room]) =>
          name.startsWith(`${accountId} `)
            ? sum + [...room.values()].filter(({ awaitsKey }) => awaitsKey).length
            : sum,
        0,
      ),
  };
}

const key = (accountId: string, roomId: string) => `${accountId} ${roomId}`;

function sessionOf(event: string): string {
  const { content } = JSON.parse(event) as RoomEvent;
  return typeof content.session_id === "string" ? content.session_id : "";
}
