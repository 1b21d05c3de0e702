import type { RoomKey } from "@rookery/crypto/account";
import { MatrixError } from "matrix-bot-sdk";
import type { ReadEvents } from "../matrix/account-encryption.ts";
import type { HostMatrixClient } from "../matrix/client.ts";
import { readHistory } from "../matrix/history.ts";
import { createLimit } from "../matrix/limit.ts";
import { untilAnswered } from "../matrix/retry.ts";
import { isJoining, type RoomEvent, type SyncBatch } from "../matrix/sync-response.ts";
import type { HeldEvent } from "../store/held-events.ts";
import type { Gap, Inbox, InboxEntry, NewDelivery, RoomToJoin } from "../store/inbox.ts";
import { NO_TRACE, type TraceNotes } from "./delivery-trace.ts";
import { createHeldEvents, type Released } from "./held-events.ts";
import type { Matching, SubscriptionTable } from "./subscriptions.ts";

/** An account, as far as taking in its events needs it. */
export interface IntakeAccount {
  id: string;
  userId: string;
  client: HostMatrixClient;
  /** Aborted when the account stops. */
  signal: AbortSignal;
  /** Resolves when the keys of what was said so far are here, or the account stops. */
  keysAreIn(): Promise<void>;
  /** What is encrypted of a room's events is replaced by what it was. */
  decrypt(roomId: string, events: RoomEvent[]): Promise<ReadEvents>;
}

/** What came of an account's encrypted events that could not be read at once. */
export interface UnreadCounts {
  /** They wait for their keys. */
  waiting: number;
  /** No key came, or none will; since the host started. */
  unreadable: number;
}

/** Takes in what an account's homeserver tells: stores it, then hands it on. */
export interface Intake {
  /** Goes on with what an earlier run left: gaps that are open, rooms that are to be joined, events that wait for keys. */
  resume(account: IntakeAccount): void;
  /** Stores a batch, in one transaction with its token. */
  take(account: IntakeAccount, since: string | null, batch: SyncBatch): void;
  /** What waited for these keys goes on. */
  keysCame(account: IntakeAccount, keys: readonly RoomKey[]): void;
  unread(accountId: string): UnreadCounts;
}

/** Commands for the host itself, in a room of an account's. */
export interface HostCommands {
  /** The room's events without them, and what does them: to be called when the events are stored, as they come once then. */
  take(userId: string, roomId: string, events: RoomEvent[]): { events: RoomEvent[]; obey: () => void };
  /** How long what cannot be read there may wait for its key, beside what its instances want. */
  patienceMs(roomId: string): number;
}

const NO_COMMANDS: HostCommands = {
  take: (_userId, _roomId, events) => ({ events, obey: () => undefined }),
  patienceMs: () => 0,
};

export interface IntakeOptions {
  inbox: Inbox;
  subscriptions: SubscriptionTable;
  /** Whether a user is one of the host's own accounts, or one of them acted as that user: what they say reaches no handler. */
  isOwn: (userId: string) => boolean;
  /** Whether an account takes an invitation by itself; all do unless told. */
  takes?: (accountId: string, inviter: string | undefined) => boolean;
  /** Deliveries that are on disk now. */
  onStored: (entries: InboxEntry[]) => void;
  onError: (message: string, error: unknown) => void;
  trace?: Pick<TraceNotes, "dropped">;
  commands?: HostCommands;
  /** How long a room waits for the key of an event; see `HOLD_MS`. */
  holdMs?: number;
}

/** What events mean, until they are stored. */
interface Taking {
  matching: Matching;
  /** What the host itself was told. */
  obeying: (() => void)[];
}

/** Pages of gaps that are read side by side: what bounds the memory of a return after a long time. */
const PAGES_AT_ONCE = 4;

export function createIntake(options: IntakeOptions): Intake {
  const { inbox, subscriptions, isOwn, takes = () => true, onStored, onError, trace = NO_TRACE } = options;
  const { commands = NO_COMMANDS } = options;
  /** The open gaps, by account and room; the disk has the same. */
  const open = new Map<string, Gap>();
  const joining = new Set<string>();
  const limit = createLimit(PAGES_AT_ONCE);
  const unreadable = new Map<string, number>();
  const holding = createHeldEvents({
    ...{ inbox, onError },
    patienceMs: (accountId, roomId) =>
      Math.max(subscriptions.catchUpMs(accountId), commands.patienceMs(roomId)),
    ...(options.holdMs === undefined ? {} : { holdMs: options.holdMs }),
    release: (account, released) => release(account as IntakeAccount, released),
  });

  function take(account: IntakeAccount, since: string | null, batch: SyncBatch): void {
    const taking = begin(account);
    const held: HeldEvent[] = [];
    const gaps: Gap[] = [];
    const joins = batch.invites
      .filter(({ inviter }) => takes(account.id, inviter))
      .map(({ roomId, inviter }) => ({ roomId, via: serverOf(inviter) }));
    for (const { roomId, events, limited, joinedBefore, awaited } of batch.timeline) {
      const known = open.get(key(account.id, roomId));
      if (known || (limited && since !== null)) {
        gaps.push({
          ...{ accountId: account.id, roomId, from: since ?? "", untilJoin: joinedBefore },
          ...known,
          to: batch.nextBatch,
        });
      } else {
        held.push(...add(taking, account, roomId, readable(events, account.userId), awaited));
        addReplacedRooms(joins, events);
      }
    }
    const { deliveries, skipped } = taking.matching;
    const entries = inbox.append({
      ...{ accountId: account.id, syncToken: batch.nextBatch, deliveries, gaps, joins, skipped, held },
    });
    for (const gap of gaps) openGap(account, gap);
    handOn(taking, entries);
    holding.stored(account, held);
    if (joins.length > 0) joinAll(account);
  }

  const begin = (account: IntakeAccount): Taking => ({
    matching: subscriptions.match(account.id, isOwn),
    obeying: [],
  });

  function match(
    { matching, obeying }: Taking,
    { userId }: IntakeAccount,
    roomId: string,
    all: RoomEvent[],
  ): void {
    const { events, obey } = commands.take(userId, roomId, all);
    for (const event of events) matching.add(roomId, event);
    obeying.push(obey);
  }

  /** Adds a room's events to what is matched, but for those that are held: they are given back. */
  function add(
    taking: Taking,
    account: IntakeAccount,
    roomId: string,
    events: RoomEvent[],
    awaited: ReadonlySet<string> = new Set(),
  ): HeldEvent[] {
    const others = events.filter(({ sender }) => sender !== account.userId);
    const held = holding.choose(account.id, roomId, others, awaited);
    // What is held is the last of them.
    const now = others.slice(0, others.length - held.length);
    match(taking, account, roomId, now);
    countUnreadable(account, roomId, now.filter(isUnreadable).length);
    return held;
  }

  function countUnreadable(account: IntakeAccount, roomId: string, count: number): void {
    if (count === 0) return;
    const before = unreadable.get(account.id) ?? 0;
    unreadable.set(account.id, before + count);
    if (before > 0) return;
    onError(
      `${account.userId} cannot read something that was said in ${roomId}: its key did not come. What else it cannot read is counted.`,
      null,
    );
  }

  function release(account: IntakeAccount, { roomId, ids, events, unreadable: count }: Released): void {
    const taking = begin(account);
    match(taking, account, roomId, events);
    const entries = inbox.release(account.id, ids, { ...taking.matching, joins: [] });
    countUnreadable(account, roomId, count);
    handOn(taking, entries);
  }

  function handOn({ matching: { deliveries }, obeying }: Taking, entries: InboxEntry[]): void {
    for (const obey of obeying) obey();
    if (entries.length < deliveries.length) noteRefused(deliveries, entries);
    onStored(entries);
  }

  /** For what there was no room. */
  function noteRefused(deliveries: NewDelivery[], entries: InboxEntry[]): void {
    let taken = 0;
    for (const delivery of deliveries) {
      const entry = entries[taken];
      if (entry?.eventId === delivery.eventId && entry.instanceId === delivery.instanceId) taken++;
      else trace.dropped(delivery, "inbox-full");
    }
  }

  function openGap(account: IntakeAccount, gap: Gap): void {
    const name = key(gap.accountId, gap.roomId);
    const isFilling = open.has(name);
    open.set(name, gap);
    if (!isFilling) void fill(account, name);
  }

  /** Reads a gap page by page. What comes meanwhile moves its end, which is looked at after each page. */
  async function fill(account: IntakeAccount, name: string): Promise<void> {
    try {
      for (let gap = open.get(name); gap && !account.signal.aborted; gap = open.get(name)) {
        // With a few hundred keys to come, more would have to be held than there is room for.
        await account.keysAreIn();
        if (account.signal.aborted) return;
        const { roomId, from, to } = open.get(name) ?? gap;
        const page = await limit(() =>
          untilAnswered(account.signal, () => readHistory(account.client, roomId, { from, to })),
        );
        if (account.signal.aborted) return;
        const { events, awaited } = await account.decrypt(
          roomId,
          page.events.filter((event) => !isOwnEncrypted(event, account.userId)),
        );
        if (account.signal.aborted) return;
        const wanted = gap.untilJoin ? afterJoining(events, account.userId) : events;
        const taking = begin(account);
        const joins: RoomToJoin[] = [];
        const held = add(taking, account, roomId, wanted ?? [], awaited);
        addReplacedRooms(joins, wanted ?? []);
        const end = open.get(name)?.to ?? to;
        const next = page.next ?? (end === to ? null : to);
        const untilJoin = gap.untilJoin && wanted === null;
        const entries = inbox.appendPage({ ...gap, untilJoin }, next, { ...taking.matching, joins, held });
        if (next === null) open.delete(name);
        else open.set(name, { ...gap, from: next, to: end, untilJoin });
        handOn(taking, entries);
        holding.stored(account, held);
        if (joins.length > 0) joinAll(account);
      }
    } catch (error) {
      if (account.signal.aborted) return;
      giveUp(account, name, error);
    } finally {
      if (account.signal.aborted) open.delete(name);
    }
  }

  /** The room is gone or closed to the account: there is nothing to be read any more. */
  function giveUp(account: IntakeAccount, name: string, error: unknown): void {
    const gap = open.get(name);
    open.delete(name);
    if (!gap || !(error instanceof MatrixError) || error.errcode === "M_UNKNOWN_TOKEN") {
      onError(
        `A gap in a room of ${account.userId} is not filled; it is tried again at the next start.`,
        error,
      );
      return;
    }
    inbox.appendPage(gap, null, { deliveries: [], joins: [], skipped: new Map() });
    onError(`What was said in ${gap.roomId} while ${account.userId} was away cannot be read.`, error);
  }

  function joinAll(account: IntakeAccount): void {
    for (const room of inbox.joins(account.id)) {
      const name = key(account.id, room.roomId);
      if (joining.has(name)) continue;
      joining.add(name);
      void join(account, room).finally(() => joining.delete(name));
    }
  }

  async function join(account: IntakeAccount, { roomId, via }: RoomToJoin): Promise<void> {
    try {
      await untilAnswered(account.signal, () => account.client.joinRoom(roomId, via));
    } catch (error) {
      if (account.signal.aborted) return;
      onError(`${account.userId} could not join ${roomId}.`, error);
    }
    inbox.joined(account.id, roomId);
  }

  return {
    take,
    keysCame: holding.keysCame,
    unread: (accountId) => ({
      waiting: holding.waiting(accountId),
      unreadable: unreadable.get(accountId) ?? 0,
    }),
    resume(account) {
      holding.resume(account);
      for (const gap of inbox.gaps(account.id)) openGap(account, gap);
      joinAll(account);
    },
  };
}

const key = (accountId: string, roomId: string) => `${accountId} ${roomId}`;

/** A redacted event has nothing left that could be read. */
const isUnreadable = ({ type, content }: RoomEvent) =>
  type === "m.room.encrypted" && content.ciphertext !== undefined;

/** What the account said itself reaches nobody. */
const isOwnEncrypted = ({ type, sender }: RoomEvent, userId: string) =>
  type === "m.room.encrypted" && sender === userId;

/** A room that was upgraded goes on elsewhere: https://spec.matrix.org/latest/client-server-api/#mroomtombstone */
function addReplacedRooms(joins: RoomToJoin[], events: RoomEvent[]): void {
  for (const { type, state_key, sender, content } of events) {
    if (type !== "m.room.tombstone" || state_key !== "") continue;
    const roomId = content.replacement_room;
    if (typeof roomId === "string") joins.push({ roomId, via: serverOf(sender) });
  }
}

/** But for what was said between the invitation and the joining, for keys that the account was not given. */
function readable(events: RoomEvent[], userId: string): RoomEvent[] {
  const joinedAt = events.findLastIndex((event) => isJoining(event, userId));
  if (joinedAt === -1) return events;
  return events.filter((event, index) => index > joinedAt || event.type !== "m.room.encrypted");
}

/** The events after the account's own joining; `null` where it is not among them. */
function afterJoining(events: RoomEvent[], userId: string): RoomEvent[] | null {
  const at = events.findLastIndex((event) => isJoining(event, userId));
  return at === -1 ? null : events.slice(at + 1);
}

function serverOf(userId: string | undefined): string[] {
  const server = userId?.slice(userId.indexOf(":") + 1);
  return server ? [server] : [];
}
