import type { Session } from "../accounts/sessions.ts";
import { notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { RoomEvent } from "../rooms/event.ts";
import { readHistory } from "../rooms/history.ts";
import type { Room } from "../rooms/room.ts";
import { canSee } from "../rooms/visibility.ts";
import type { Services } from "../services.ts";
import { parseRoomEventFilter, type RoomEventFilter } from "../sync/filter.ts";
import { readToken, writeToken } from "../sync/token.ts";
import { endFor, roomForReader } from "./access.ts";
import { readDirection, readLimit } from "./query.ts";

type Parts = Pick<Services, "rooms" | "events" | "timelines" | "clientEvents">;

/** Reading what was said. */
export function historyRoutes({ rooms, events, timelines, clientEvents }: Parts): Route[] {
  const filterIn = (query: URLSearchParams): RoomEventFilter | undefined => {
    const text = query.get("filter");
    return text === null ? undefined : parseRoomEventFilter(text);
  };
  const write = (found: RoomEvent[], session: Session) =>
    found.map((event) => clientEvents.write(event, session));

  /** With lazy loading, the member events of those who speak. */
  function speakers(room: Room, found: RoomEvent[], session: Session) {
    const senders = new Set(found.map((event) => event.sender));
    return write(
      [...senders].flatMap((userId) => room.members.get(userId) ?? []),
      session,
    );
  }

  function visibleEvent(room: Room, eventId: string, userId: string): RoomEvent {
    const event = events.byId(eventId);
    if (!event || event.roomId !== room.roomId || !canSee(room, userId, event))
      throw notFound(`The room has no event ${eventId} that you may see`);
    return event;
  }

  return [
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/messages",
      handle({ params, query }, session) {
        const room = roomForReader(rooms, params.roomId, session.userId);
        const direction = readDirection(query);
        const from = query.get("from");
        const to = query.get("to");
        const start =
          from === null ? (direction === "b" ? endFor(room, session.userId) : 0) : readToken(from);
        const filter = filterIn(query);
        const page = readHistory(timelines, {
          room,
          userId: session.userId,
          direction,
          from: start,
          to: to === null ? undefined : readToken(to),
          limit: readLimit(query, filter?.limit ?? 10),
          filter,
        });
        return {
          start: writeToken(start),
          ...(page.end === undefined ? {} : { end: writeToken(page.end) }),
          chunk: write(page.events, session),
          ...(filter?.lazy_load_members ? { state: speakers(room, page.events, session) } : {}),
        };
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/event/:eventId",
      handle({ params }, session) {
        const room = roomForReader(rooms, params.roomId, session.userId);
        return clientEvents.write(visibleEvent(room, params.eventId, session.userId), session);
      },
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/context/:eventId",
      handle({ params, query }, session) {
        const { userId } = session;
        const room = roomForReader(rooms, params.roomId, userId);
        const event = visibleEvent(room, params.eventId, userId);
        const filter = filterIn(query);
        const limit = readLimit(query, 10);
        const read = (direction: "b" | "f", from: number, count: number) =>
          readHistory(timelines, { room, userId, direction, from, to: undefined, limit: count, filter });
        const before = read("b", event.position - 1, Math.ceil(limit / 2));
        const after = read("f", event.position, Math.floor(limit / 2));
        const first = before.events.at(-1) ?? event;
        const last = after.events.at(-1) ?? event;
        const state = events
          .stateAt(room.roomId, last.position)
          .filter((it) => !filter?.lazy_load_members || it.type !== "m.room.member");
        const told = [...before.events, event, ...after.events];
        return {
          start: writeToken(first.position - 1),
          end: writeToken(last.position),
          event: clientEvents.write(event, session),
          events_before: write(before.events, session),
          events_after: write(after.events, session),
          state: [
            ...write(state, session),
            ...(filter?.lazy_load_members ? speakers(room, told, session) : []),
          ],
        };
      },
    }),
  ];
}
