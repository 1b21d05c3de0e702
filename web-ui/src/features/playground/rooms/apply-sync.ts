import type { MatrixEvent, SyncResponse } from "../matrix/types.ts";
import { settle } from "../timeline/echoes.ts";
import { emptyRoom, type Room, withState } from "./room.ts";

export type Rooms = ReadonlyMap<string, Room>;

/** The rooms after a sync. `first` is the one without a token: what it brings is no news. */
export function applySync(rooms: Rooms, response: SyncResponse, me: string, first: boolean): Rooms {
  const { join = {}, invite = {}, leave = {} } = response.rooms ?? {};
  const next = new Map(rooms);
  for (const id of Object.keys(leave)) next.delete(id);
  for (const [id, { invite_state }] of Object.entries(invite)) {
    next.set(id, withState(emptyRoom(id, "invite"), invite_state?.events ?? []));
  }
  for (const [id, joined] of Object.entries(join)) {
    const before = next.get(id);
    next.set(
      id,
      joinedRoom(before?.membership === "join" ? before : emptyRoom(id, "join"), joined, me, first),
    );
  }
  return next;
}

type Joined = NonNullable<NonNullable<SyncResponse["rooms"]>["join"]>[string];

function joinedRoom(room: Room, { timeline, state, ephemeral }: Joined, me: string, first: boolean): Room {
  const fresh = unknownTo(room, timeline?.events ?? []);
  // A limited timeline leaves a gap: what is older is read again from the homeserver when scrolled to.
  const restart = room.events.length === 0 || timeline?.limited === true;
  const named = withState(withState(room, state?.events ?? []), timeline?.events ?? []);
  const typing = ephemeral?.events?.find((event) => event.type === "m.typing")?.content.user_ids;
  const news = first ? 0 : fresh.filter((event) => isNews(event, me)).length;
  return {
    ...named,
    events: restart ? (timeline?.events ?? []) : [...room.events, ...fresh],
    olderFrom: restart ? (timeline?.prev_batch ?? null) : room.olderFrom,
    gaps: restart && room.events.length > 0 ? room.gaps + 1 : room.gaps,
    typing: Array.isArray(typing)
      ? typing.filter((user) => typeof user === "string" && user !== me)
      : room.typing,
    echoes: settle(room.echoes, fresh),
    unread: room.unread + news,
  };
}

/** The room with a page of older events, which come newest first. */
export function applyHistory(room: Room, chunk: readonly MatrixEvent[], end: string | undefined): Room {
  const older = unknownTo(room, chunk).reverse();
  return { ...room, events: [...older, ...room.events], olderFrom: chunk.length > 0 ? (end ?? null) : null };
}

function unknownTo(room: Room, events: readonly MatrixEvent[]): MatrixEvent[] {
  const known = new Set(room.events.map((event) => event.event_id));
  return events.filter((event) => !known.has(event.event_id));
}

const isNews = (event: MatrixEvent, me: string) => event.type === "m.room.message" && event.sender !== me;
