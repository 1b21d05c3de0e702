import { notFound, tooLarge } from "../errors.ts";
import { newEventId } from "../ids.ts";
import { stringIn } from "../json.ts";
import type { EventStore } from "../store/events.ts";
import type { RoomStore } from "../store/rooms.ts";
import type { Stream } from "../store/stream.ts";
import { authorize, type RoomLookup } from "./authorization.ts";
import { type EventDraft, type RoomEvent, relationOf } from "./event.ts";
import { prunedContent } from "./redaction.ts";
import { createRoom, type Membership, membershipIn, type Room } from "./room.ts";

/** A user's place in a room. */
export interface RoomMembership {
  readonly room: Room;
  readonly membership: Membership;
  /** Of the last change of membership (a changed display name is none). */
  readonly since: number;
}

/** All rooms of the server, their members, and the one way by which events enter them. */
export interface Rooms extends RoomLookup {
  all(): IterableIterator<Room>;
  /** The room, or 404 `M_NOT_FOUND`. */
  existing(roomId: string): Room;
  of(userId: string): ReadonlyMap<string, RoomMembership>;
  /**
   * Makes a room of these events: all of them are accepted, or none and nothing is kept.
   * @throws MatrixError as `append` does
   */
  create(roomId: string, published: boolean, drafts: readonly EventDraft[]): Room;
  /**
   * Accepts an event: authorizes, stores and folds it, and wakes those who wait for it.
   * State that is the same as before is not sent again: the event that stands is returned.
   * @throws MatrixError 403 `M_FORBIDDEN`, 413 `M_TOO_LARGE` (more than 64 KiB)
   */
  append(room: Room, draft: EventDraft): RoomEvent;
}

export interface RoomsParts {
  readonly events: EventStore;
  readonly rooms: RoomStore;
  readonly stream: Stream;
  /** Tells a waiting `/sync` of this user that there may be something new. */
  readonly wake: (userId: string) => void;
}

const MAX_CONTENT = 65_000;

export function openRooms({ events, rooms: store, stream, wake }: RoomsParts): Rooms {
  const rooms = new Map<string, Room>();
  const ofUser = new Map<string, Map<string, RoomMembership>>();
  for (const event of events.allState()) foldKnown(event);
  for (const { room_id, position } of events.lastPositions()) rooms.get(room_id)?.endsAt(position);

  function foldKnown(event: RoomEvent): void {
    const room = rooms.get(event.roomId) ?? createRoom(event.roomId);
    rooms.set(room.roomId, room);
    room.fold(event, false);
    noteMembership(room, event);
  }

  function noteMembership(room: Room, event: RoomEvent): void {
    if (event.type !== "m.room.member" || event.stateKey === null) return;
    const membership = membershipIn(event);
    const mine = ofUser.get(event.stateKey) ?? new Map<string, RoomMembership>();
    ofUser.set(event.stateKey, mine);
    // A repeated invite or ban is news; a repeated join is a changed profile.
    if (membership === "join" && mine.get(room.roomId)?.membership === "join") return;
    mine.set(room.roomId, { room, membership, since: event.position });
  }

  function toEvent(room: Room, draft: EventDraft): RoomEvent {
    const stateKey = draft.stateKey ?? null;
    const replaced = stateKey === null ? undefined : room.stateEvent(draft.type, stateKey);
    const position = stream.next();
    return {
      position,
      eventId: newEventId(position),
      roomId: room.roomId,
      type: draft.type,
      stateKey,
      sender: draft.sender,
      timestamp: Date.now(),
      content: draft.content,
      previousContent: replaced?.content ?? null,
      deviceKey: draft.deviceKey ?? null,
      transactionId: draft.transactionId ?? null,
      redactedBy: null,
      hasRelations: false,
    };
  }

  function announce(room: Room, event: RoomEvent): void {
    noteMembership(room, event);
    const relation = relationOf(event.content);
    if (relation) for (const target of inMemory(room, relation.eventId)) target.hasRelations = true;
    if (event.type === "m.room.redaction") redact(room, event);
    for (const userId of room.joined) wake(userId);
    if (event.type === "m.room.member" && event.stateKey !== null) wake(event.stateKey);
  }

  function redact(room: Room, redaction: RoomEvent): void {
    const target = events.byId(stringIn(redaction.content, "redacts") ?? "");
    if (!target || target.roomId !== room.roomId || target.redactedBy !== null) return;
    const content = prunedContent(target.type, target.content);
    events.redact(target.eventId, content, redaction.position);
    for (const event of inMemory(room, target.eventId)) {
      event.content = content;
      event.previousContent = null;
      event.redactedBy = redaction.position;
    }
  }

  /** The copies of an event that live in memory: in the tail and in the state. */
  function* inMemory(room: Room, eventId: string): Generator<RoomEvent> {
    const inTail = room.tail.findLast((event) => event.eventId === eventId);
    if (inTail) yield inTail;
    for (const event of room.state()) if (event.eventId === eventId && event !== inTail) yield event;
  }

  const lookup: RoomLookup = {
    room: (roomId) => rooms.get(roomId),
    event: (eventId) => events.byId(eventId),
  };

  return {
    ...lookup,
    all: () => rooms.values(),
    existing(roomId) {
      const room = rooms.get(roomId);
      if (!room) throw notFound(`There is no room ${roomId} here`);
      return room;
    },
    of: (userId) => ofUser.get(userId) ?? new Map(),
    create(roomId, published, drafts) {
      const room = createRoom(roomId);
      const accepted = drafts.map((draft) => {
        authorize(room, draft, lookup);
        const event = toEvent(room, draft);
        room.fold(event, true);
        return event;
      });
      store.addRoom(roomId, published);
      rooms.set(roomId, room);
      for (const event of accepted) {
        events.insert(event, JSON.stringify(event.content));
        announce(room, event);
      }
      return room;
    },
    append(room, draft) {
      if (draft.stateKey !== undefined) {
        const standing = room.stateEvent(draft.type, draft.stateKey);
        if (standing && isRepetition(standing, draft)) {
          authorize(room, draft, lookup);
          return standing;
        }
      }
      authorize(room, draft, lookup);
      const content = JSON.stringify(draft.content);
      if (content.length > MAX_CONTENT) throw tooLarge("The event is larger than 64 KiB");
      const event = toEvent(room, draft);
      // First to the store: what it refuses must not be in memory.
      events.insert(event, content);
      room.fold(event, true);
      announce(room, event);
      return event;
    },
  };
}

function isRepetition(standing: RoomEvent, draft: EventDraft): boolean {
  return (
    standing.sender === draft.sender && JSON.stringify(standing.content) === JSON.stringify(draft.content)
  );
}
