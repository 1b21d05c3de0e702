import { MatrixError } from "matrix-bot-sdk";
import type { HostMatrixClient } from "../matrix/client.ts";
import { readHistory } from "../matrix/history.ts";
import { createLimit } from "../matrix/limit.ts";
import { untilAnswered } from "../matrix/retry.ts";
import { isJoining, type RoomEvent, type SyncBatch } from "../matrix/sync-response.ts";
import type { Gap, Inbox, InboxEntry, NewDelivery, RoomToJoin } from "../store/inbox.ts";
import { NO_TRACE, type TraceNotes } from "./delivery-trace.ts";
import type { SubscriptionTable } from "./subscriptions.ts";

/** An account, as far as taking in its events needs it. */
export interface IntakeAccount {
  id: string;
  userId: string;
  client: HostMatrixClient;
  /** Aborted when the account stops. */
  signal: AbortSignal;
}

/** Takes in what an account's homeserver tells: stores it, then hands it on. */
export interface Intake {
  /** Goes on with what an earlier run left: gaps that are open, rooms that are to be joined. */
  resume(account: IntakeAccount): void;
  /** Stores a batch, in one transaction with its token. */
  take(account: IntakeAccount, since: string | null, batch: SyncBatch): void;
}

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
}

/** Pages of gaps that are read side by side: what bounds the memory of a return after a long time. */
const PAGES_AT_ONCE = 4;

export function createIntake(options: IntakeOptions): Intake {
  const { inbox, subscriptions, isOwn, takes = () => true, onStored, onError, trace = NO_TRACE } = options;
  /** The open gaps, by account and room; the disk has the same. */
  const open = new Map<string, Gap>();
  const joining = new Set<string>();
  const limit = createLimit(PAGES_AT_ONCE);

  function take(account: IntakeAccount, since: string | null, batch: SyncBatch): void {
    const matching = subscriptions.match(account.id, isOwn);
    const gaps: Gap[] = [];
    const joins = batch.invites
      .filter(({ inviter }) => takes(account.id, inviter))
      .map(({ roomId, inviter }) => ({ roomId, via: serverOf(inviter) }));
    for (const { roomId, events, limited, joinedBefore } of batch.timeline) {
      const known = open.get(key(account.id, roomId));
      if (known || (limited && since !== null)) {
        gaps.push({
          ...{ accountId: account.id, roomId, from: since ?? "", untilJoin: joinedBefore },
          ...known,
          to: batch.nextBatch,
        });
      } else {
        for (const event of events) if (event.sender !== account.userId) matching.add(roomId, event);
        addReplacedRooms(joins, events);
      }
    }
    const { deliveries, skipped } = matching;
    const entries = inbox.append({
      ...{ accountId: account.id, syncToken: batch.nextBatch, deliveries, gaps, joins, skipped },
    });
    for (const gap of gaps) openGap(account, gap);
    if (entries.length < deliveries.length) noteRefused(deliveries, entries);
    onStored(entries);
    if (joins.length > 0) joinAll(account);
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
        const { roomId, from, to } = gap;
        const page = await limit(() =>
          untilAnswered(account.signal, () => readHistory(account.client, roomId, { from, to })),
        );
        if (account.signal.aborted) return;
        const wanted = gap.untilJoin ? afterJoining(page.events, account.userId) : page.events;
        const matching = subscriptions.match(account.id, isOwn);
        const joins: RoomToJoin[] = [];
        for (const event of wanted ?? []) if (event.sender !== account.userId) matching.add(roomId, event);
        addReplacedRooms(joins, wanted ?? []);
        const end = open.get(name)?.to ?? to;
        const next = page.next ?? (end === to ? null : to);
        const untilJoin = gap.untilJoin && wanted === null;
        const entries = inbox.appendPage({ ...gap, untilJoin }, next, { ...matching, joins });
        if (next === null) open.delete(name);
        else open.set(name, { ...gap, from: next, to: end, untilJoin });
        if (entries.length < matching.deliveries.length) noteRefused(matching.deliveries, entries);
        onStored(entries);
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
    resume(account) {
      for (const gap of inbox.gaps(account.id)) openGap(account, gap);
      joinAll(account);
    },
  };
}

const key = (accountId: string, roomId: string) => `${accountId} ${roomId}`;

/** A room that was upgraded goes on elsewhere: https://spec.matrix.org/latest/client-server-api/#mroomtombstone */
function addReplacedRooms(joins: RoomToJoin[], events: RoomEvent[]): void {
  for (const { type, state_key, sender, content } of events) {
    if (type !== "m.room.tombstone" || state_key !== "") continue;
    const roomId = content.replacement_room;
    if (typeof roomId === "string") joins.push({ roomId, via: serverOf(sender) });
  }
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
