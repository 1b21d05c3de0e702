import type { ErrorData } from "@rookery/plugin-sdk/protocol";
import type { Db } from "./database.ts";
import { createFailedDeliveries, type FailedDelivery } from "./failed-deliveries.ts";
import { createHeldEvents, type HeldEvent } from "./held-events.ts";
import type { InboxBound } from "./inbox-bound.ts";

/** One event for one instance, before it has an ID. */
export interface NewDelivery {
  instanceId: string;
  roomId: string;
  eventId: string;
  sender: string;
  /** The event's JSON text. */
  event: string;
}

/** One delivery, until it is acknowledged. IDs grow in the order in which events came. */
export interface InboxEntry extends NewDelivery {
  id: number;
  /** Workers that died while it ran. */
  crashes: number;
  /** How often its handler asked to be run later, and when that is (milliseconds since 1970). */
  attempts: number;
  runAt: number;
  /** How often it was run again by hand. */
  run: number;
}

/** A stretch of a room's timeline that is still to be read. */
export interface Gap {
  accountId: string;
  roomId: string;
  from: string;
  to: string;
  /** What comes before the account's own joining is left out. */
  untilJoin: boolean;
}

/** A room that an account is to join, and servers to join it through. */
export interface RoomToJoin {
  roomId: string;
  via: string[];
}

/** What one sync brought, to be stored as a whole. */
export interface Arrival {
  accountId: string;
  syncToken: string;
  deliveries: NewDelivery[];
  gaps: Gap[];
  joins: RoomToJoin[];
  /** Events that were too old, by instance. */
  skipped: ReadonlyMap<string, number>;
  /** Events that wait for their keys; none unless told. */
  held?: HeldEvent[];
}

/** What a sync, a page of a gap, or the clock brought for the instances. */
type Brought = Pick<Arrival, "deliveries" | "skipped">;

/**
 * What is on its way to the instances. Narrow on purpose: another engine could stand behind it
 * (docs/architecture.md, "Beyond one machine").
 */
export interface Inbox {
  /**
   * Stores what a sync brought together with its token: both or neither. What an instance has no room
   * for is refused and counted, here and with a page of a gap.
   */
  append(arrival: Arrival): InboxEntry[];
  /** Stores a page of a gap together with where the next one begins; `null` closes the gap. */
  appendPage(
    gap: Gap,
    next: string | null,
    page: Pick<Arrival, "deliveries" | "joins" | "skipped" | "held">,
  ): InboxEntry[];
  /** What waits for keys in an account's rooms, or in one of them, the oldest first. */
  held(accountId: string, roomId?: string): HeldEvent[];
  /** Stores what events that were held mean, and holds them no longer. */
  release(
    accountId: string,
    ids: readonly number[],
    page: Pick<Arrival, "deliveries" | "joins" | "skipped">,
  ): InboxEntry[];
  /** Stores what no homeserver brought, room or not, in one transaction with what `also` writes. */
  add(brought: Brought, also?: (entries: InboxEntry[]) => void): InboxEntry[];
  gaps(accountId: string): Gap[];
  joins(accountId: string): RoomToJoin[];
  joined(accountId: string, roomId: string): void;
  /** The rooms in which an instance has entries, that of the oldest entry first. */
  rooms(instanceId: string): string[];
  /** The entries of an instance in a room after an ID, oldest first. */
  page(instanceId: string, roomId: string, afterId: number, limit: number): InboxEntry[];
  /** Whether a delivery is not acknowledged yet. */
  has(instanceId: string, id: number): boolean;
  /** The newest entries of an instance with a smaller ID, the newest first. */
  newest(instanceId: string, before: number, limit: number): InboxEntry[];
  get(instanceId: string, id: number): InboxEntry | undefined;
  /** An ID of the row in which the deliveries have theirs, for what becomes none. */
  takeId(): number;
  /** How many entries an instance has. */
  count(instanceId: string): number;
  /** Drops what waits from other rooms, and gives it; it counts as skipped. */
  keepRooms(instanceId: string, rooms: readonly string[]): InboxEntry[];
  /** How many events were too old for an instance, ever. */
  skipped(instanceId: string): number;
  /** Ends deliveries: acknowledged ones are dropped, failed ones are kept with their error. */
  settle(done: Settled[]): void;
  /** Counts a worker's death against the deliveries that were running. */
  addCrash(entries: readonly InboxEntry[]): void;
  /** The newest deliveries that failed, of those with a smaller ID than `before`; the newest first. */
  failed(instanceId: string, limit: number, before?: number): FailedDelivery[];
  /** Puts a failed delivery into the inbox once more; its writes get transaction IDs of their own. */
  rerun(instanceId: string, id: number): InboxEntry | undefined;
  /** Forgets what failed before a time. Of an instance, the newest 10,000 are kept. */
  forgetFailed(before: number): void;
}

export interface Settled {
  entry: InboxEntry;
  failed?: { error: ErrorData; at: number };
  /** It is not over: it runs again then. */
  retryAt?: number;
  /** It was too old to be run. */
  skipped?: true;
}

interface Row {
  id: number;
  room_id: string;
  event: string;
  crashes: number;
  attempts: number;
  run_at: number;
  run: number;
}

function toEntry(instanceId: string, row: Row): InboxEntry {
  const { id, room_id: roomId, event, crashes, attempts, run_at: runAt, run } = row;
  const { event_id: eventId, sender } = JSON.parse(event) as { event_id: string; sender: string };
  return { instanceId, id, roomId, eventId, sender, event, crashes, attempts, runAt, run };
}

export function createInbox(db: Db, bound: InboxBound): Inbox {
  const insert = db.prepare("INSERT INTO inbox (instance_id, id, room_id, event) VALUES (?, ?, ?, ?)");
  const setToken = db.prepare("UPDATE account SET sync_token = ? WHERE id = ?");
  const putGap = db.prepare(
    `INSERT INTO gap (account_id, room_id, from_token, to_token, until_join) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account_id, room_id) DO UPDATE SET to_token = excluded.to_token`,
  );
  const moveGap = db.prepare(
    "UPDATE gap SET from_token = ?, until_join = ? WHERE account_id = ? AND room_id = ?",
  );
  const closeGap = db.prepare("DELETE FROM gap WHERE account_id = ? AND room_id = ?");
  const gaps = db.prepare<
    [string],
    { room_id: string; from_token: string; to_token: string; until_join: number }
  >("SELECT room_id, from_token, to_token, until_join FROM gap WHERE account_id = ?");
  const putJoin = db.prepare(
    "INSERT OR REPLACE INTO room_to_join (account_id, room_id, via) VALUES (?, ?, ?)",
  );
  const joins = db.prepare<[string], { room_id: string; via: string }>(
    "SELECT room_id, via FROM room_to_join WHERE account_id = ?",
  );
  const joined = db.prepare("DELETE FROM room_to_join WHERE account_id = ? AND room_id = ?");
  const addSkipped = db.prepare("UPDATE instance SET skipped = skipped + ? WHERE id = ?");
  const skipped = db.prepare<[string], { skipped: number }>("SELECT skipped FROM instance WHERE id = ?");
  const dropOthers = db.prepare<[string, string], Row>(
    `DELETE FROM inbox WHERE instance_id = ? AND room_id LIKE '!%'
     AND room_id NOT IN (SELECT value FROM json_each(?))
     RETURNING id, room_id, event, crashes, attempts, run_at, run`,
  );
  const remove = db.prepare("DELETE FROM inbox WHERE instance_id = ? AND room_id = ? AND id = ?");
  const later = db.prepare(
    "UPDATE inbox SET run_at = ?, attempts = attempts + 1 WHERE instance_id = ? AND room_id = ? AND id = ?",
  );
  const crash = db.prepare(
    "UPDATE inbox SET crashes = crashes + 1 WHERE instance_id = ? AND room_id = ? AND id = ?",
  );
  const has = db.prepare<[string, number]>("SELECT 1 FROM inbox WHERE instance_id = ? AND id = ?");
  const rooms = db.prepare<[string], { room_id: string }>(
    "SELECT room_id FROM inbox WHERE instance_id = ? GROUP BY room_id ORDER BY min(id)",
  );
  const page = db.prepare<[string, string, number, number], Row>(
    `SELECT id, room_id, event, crashes, attempts, run_at, run FROM inbox
     WHERE instance_id = ? AND room_id = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const one = db.prepare<[string, number], Row>(
    `SELECT id, room_id, event, crashes, attempts, run_at, run FROM inbox WHERE instance_id = ? AND id = ?`,
  );
  /** Room by room: to sort all that waits would read all of it. */
  const nextRoom = db.prepare<[string, string], { room_id: string | null }>(
    "SELECT min(room_id) AS room_id FROM inbox WHERE instance_id = ? AND room_id > ?",
  );
  const newestIn = db.prepare<[string, string, number, number, number], Row>(
    `SELECT id, room_id, event, crashes, attempts, run_at, run FROM inbox
     WHERE instance_id = ? AND room_id = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const newest = db.prepare<[], { id: number | null }>(
    `SELECT max(id) AS id FROM (SELECT max(id) AS id FROM inbox
     UNION ALL SELECT max(id) FROM failed_delivery UNION ALL SELECT max(last_run) FROM schedule
     UNION ALL SELECT max(last_id) FROM trace_batch UNION ALL SELECT max(last_id) FROM skipped_events
     UNION ALL SELECT max(id) FROM held_event)`,
  );
  const insertRun = db.prepare(
    "INSERT INTO inbox (instance_id, id, room_id, event, run) VALUES (?, ?, ?, ?, ?)",
  );
  const failures = createFailedDeliveries(db);
  const heldEvents = createHeldEvents(db);
  let lastId = newest.get()?.id ?? 0;

  function insertAll({ deliveries, skipped }: Brought): InboxEntry[] {
    const entries = deliveries.map(
      (delivery): InboxEntry => ({ ...delivery, id: ++lastId, crashes: 0, attempts: 0, runAt: 0, run: 0 }),
    );
    for (const { instanceId, id, roomId, event } of entries) insert.run(instanceId, id, roomId, event);
    for (const [instanceId, n] of skipped) addSkipped.run(n, instanceId);
    return entries;
  }

  function store(
    accountId: string,
    { joins, deliveries, skipped, held = [] }: Brought & Pick<Arrival, "joins" | "held">,
  ): InboxEntry[] {
    for (const event of held) heldEvents.put(event);
    for (const { roomId, via } of joins) putJoin.run(accountId, roomId, JSON.stringify(via));
    return insertAll({ deliveries: deliveries.filter(({ instanceId }) => bound.take(instanceId)), skipped });
  }

  return {
    append: bound.transaction((arrival: Arrival) => {
      const entries = store(arrival.accountId, arrival);
      for (const { accountId, roomId, from, to, untilJoin } of arrival.gaps) {
        putGap.run(accountId, roomId, from, to, untilJoin ? 1 : 0);
      }
      setToken.run(arrival.syncToken, arrival.accountId);
      return entries;
    }),

    appendPage: bound.transaction(
      (
        gap: Gap,
        next: string | null,
        arrived: Pick<Arrival, "deliveries" | "joins" | "skipped" | "held">,
      ) => {
        if (next === null) closeGap.run(gap.accountId, gap.roomId);
        else moveGap.run(next, gap.untilJoin ? 1 : 0, gap.accountId, gap.roomId);
        return store(gap.accountId, arrived);
      },
    ),

    held: heldEvents.list,
    release: bound.transaction(
      (
        accountId: string,
        ids: readonly number[],
        arrived: Pick<Arrival, "deliveries" | "joins" | "skipped">,
      ) => {
        for (const id of ids) heldEvents.remove(id);
        return store(accountId, arrived);
      },
    ),

    add: bound.transaction((brought: Brought, also?: (entries: InboxEntry[]) => void) => {
      const entries = insertAll(brought);
      for (const { instanceId } of entries) bound.change(instanceId, 1);
      also?.(entries);
      return entries;
    }),
    gaps: (accountId) =>
      gaps.all(accountId).map(({ room_id, from_token, to_token, until_join }) => ({
        ...{ accountId, roomId: room_id, from: from_token, to: to_token, untilJoin: until_join === 1 },
      })),
    joins: (accountId) =>
      joins.all(accountId).map(({ room_id, via }) => ({ roomId: room_id, via: JSON.parse(via) as string[] })),
    joined: (accountId, roomId) => void joined.run(accountId, roomId),

    rooms: (instanceId) => rooms.all(instanceId).map(({ room_id }) => room_id),

    page: (instanceId, roomId, afterId, limit) =>
      page.all(instanceId, roomId, afterId, limit).map((row) => toEntry(instanceId, row)),

    has: (instanceId, id) => has.get(instanceId, id) !== undefined,
    get(instanceId, id) {
      const row = one.get(instanceId, id);
      return row && toEntry(instanceId, row);
    },
    takeId: () => ++lastId,

    newest(instanceId, before, limit) {
      let rows: Row[] = [];
      let room = nextRoom.get(instanceId, "")?.room_id;
      while (room != null) {
        // From each room only what is newer than what is there already.
        const least = rows.length < limit ? 0 : (rows.at(-1)?.id ?? 0);
        const found = newestIn.all(instanceId, room, least, before, limit);
        if (found.length > 0)
          rows = [...rows, ...found].sort((one, other) => other.id - one.id).slice(0, limit);
        room = nextRoom.get(instanceId, room)?.room_id;
      }
      return rows.map((row) => toEntry(instanceId, row));
    },
    count: bound.count,
    skipped: (instanceId) => skipped.get(instanceId)?.skipped ?? 0,

    keepRooms: bound.transaction((instanceId: string, rooms: readonly string[]) => {
      const dropped = dropOthers.all(instanceId, JSON.stringify(rooms));
      bound.change(instanceId, -dropped.length);
      addSkipped.run(dropped.length, instanceId);
      return dropped.map((row) => toEntry(instanceId, row));
    }),

    settle: bound.transaction((done: Settled[]) => {
      for (const { entry, failed, retryAt, skipped } of done) {
        if (retryAt !== undefined) {
          later.run(retryAt, entry.instanceId, entry.roomId, entry.id);
          continue;
        }
        bound.change(entry.instanceId, -remove.run(entry.instanceId, entry.roomId, entry.id).changes);
        if (skipped) addSkipped.run(1, entry.instanceId);
        if (failed) failures.keep(entry, failed.error, failed.at);
      }
    }),

    failed: failures.list,

    rerun: bound.transaction((instanceId: string, failedId: number) => {
      const found = failures.take(instanceId, failedId);
      if (!found) return undefined;
      const { roomId, event } = found;
      const { event_id: eventId, sender } = JSON.parse(event) as { event_id: string; sender: string };
      const id = ++lastId;
      const run = found.run + 1;
      insertRun.run(instanceId, id, roomId, event, run);
      bound.change(instanceId, 1);
      return { instanceId, id, roomId, eventId, sender, event, crashes: 0, attempts: 0, runAt: 0, run };
    }),

    forgetFailed: failures.forget,

    addCrash: db.transaction((entries: readonly InboxEntry[]) => {
      for (const { instanceId, roomId, id } of entries) crash.run(instanceId, roomId, id);
    }).immediate,
  };
}
