import { Type } from "typebox";
import { notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { JsonObject } from "../json.ts";
import type { RoomEvent } from "../rooms/event.ts";
import { membershipIn, type Room } from "../rooms/room.ts";
import type { Services } from "../services.ts";
import { readToken } from "../sync/token.ts";
import { endFor, roomForMember, roomForReader } from "./access.ts";

type Parts = Pick<Services, "rooms" | "events" | "clientEvents">;

const Content = Type.Record(Type.String(), Type.Unknown());

/** Room state: read as of now for members, as of their leaving for those who left. */
export function stateRoutes({ rooms, events, clientEvents }: Parts): Route[] {
  function stateFor(room: Room, userId: string, at = endFor(room, userId)): RoomEvent[] {
    return at >= room.lastStatePosition ? [...room.state()] : events.stateAt(room.roomId, at);
  }

  function read(roomId: string, userId: string, type: string, stateKey: string, format: string | null) {
    const room = roomForReader(rooms, roomId, userId);
    const event = stateFor(room, userId).find((it) => it.type === type && it.stateKey === stateKey);
    if (!event) throw notFound(`The room has no ${type} state${stateKey && ` for "${stateKey}"`}`);
    return format === "event" ? clientEvents.write(event, { userId, deviceKey: -1 }) : event.content;
  }

  function put(roomId: string, sender: string, type: string, stateKey: string, content: JsonObject) {
    const room = type === "m.room.member" ? rooms.existing(roomId) : roomForMember(rooms, roomId, sender);
    return { event_id: rooms.append(room, { type, sender, stateKey, content }).eventId };
  }

  const base = "/_matrix/client/v3/rooms/:roomId/state";
  return [
    route({
      method: "GET",
      path: base,
      handle({ params }, session) {
        const room = roomForReader(rooms, params.roomId, session.userId);
        // The API asks for an array here, not for an object.
        return stateFor(room, session.userId).map((event) => clientEvents.write(event, session));
      },
    }),
    route({
      method: "GET",
      path: `${base}/:type`,
      handle: ({ params, query }, { userId }) =>
        read(params.roomId, userId, params.type, "", query.get("format")),
    }),
    route({
      method: "GET",
      path: `${base}/:type/:stateKey`,
      handle: ({ params, query }, { userId }) =>
        read(params.roomId, userId, params.type, params.stateKey, query.get("format")),
    }),
    route({
      method: "PUT",
      path: `${base}/:type`,
      body: Content,
      handle: ({ params, body }, { userId }) => put(params.roomId, userId, params.type, "", body),
    }),
    route({
      method: "PUT",
      path: `${base}/:type/:stateKey`,
      body: Content,
      handle: ({ params, body }, { userId }) =>
        put(params.roomId, userId, params.type, params.stateKey, body),
    }),
    route({
      method: "GET",
      path: "/_matrix/client/v3/rooms/:roomId/members",
      handle({ params, query }, session) {
        const room = roomForReader(rooms, params.roomId, session.userId);
        const at = query.get("at");
        const end = endFor(room, session.userId);
        const state = stateFor(room, session.userId, at === null ? end : Math.min(end, readToken(at)));
        const wanted = query.get("membership");
        const unwanted = query.get("not_membership");
        const chunk = state.filter(
          (event) =>
            event.type === "m.room.member" &&
            (wanted === null || membershipIn(event) === wanted) &&
            (unwanted === null || membershipIn(event) !== unwanted),
        );
        return { chunk: chunk.map((event) => clientEvents.write(event, session)) };
      },
    }),
  ];
}
