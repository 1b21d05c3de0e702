import type { Session } from "../accounts/sessions.ts";
import { notFound } from "../errors.ts";
import { type Call, type Route, route } from "../http/route.ts";
import { canSee } from "../rooms/visibility.ts";
import type { Services } from "../services.ts";
import { readToken, writeToken } from "../sync/token.ts";
import { roomForReader } from "./access.ts";
import { readDirection, readLimit } from "./query.ts";

type Parts = Pick<Services, "rooms" | "events" | "relations" | "clientEvents">;

/** The specification recommends following relations of relations over three steps. */
const MAX_DEPTH = 3;

/** Which events relate to an event, and a room's threads. */
export function relationRoutes({ rooms, events, relations, clientEvents }: Parts): Route[] {
  interface Kind {
    readonly roomId: string;
    readonly eventId: string;
    readonly relationType?: string;
    readonly type?: string;
  }

  function list({ roomId, eventId, relationType, type }: Kind, query: URLSearchParams, session: Session) {
    const room = roomForReader(rooms, roomId, session.userId);
    const parent = events.byId(eventId);
    if (parent?.roomId !== roomId || !canSee(room, session.userId, parent))
      throw notFound(`The room has no event ${eventId} that you may see`);
    const forwards = readDirection(query, "b") === "f";
    const limit = readLimit(query, 50);
    const from = query.get("from");
    const to = query.get("to");
    const start = from === null ? (forwards ? 0 : room.lastPosition) : readToken(from);
    const stop = to === null ? (forwards ? room.lastPosition : 0) : readToken(to);
    const recurse = query.get("recurse") === "true";
    const found = relations.page({
      eventId,
      depth: recurse ? MAX_DEPTH : 1,
      relationType: relationType ?? null,
      type: type ?? null,
      from: forwards ? start : stop,
      upTo: forwards ? stop : start,
      limit: limit + 1,
      forwards,
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const next = last && found.length > limit ? (forwards ? last.position : last.position - 1) : undefined;
    return {
      chunk: page
        .filter((event) => canSee(room, session.userId, event))
        .map((event) => clientEvents.write(event, session)),
      ...(next === undefined ? {} : { next_batch: writeToken(next) }),
      ...(from === null ? {} : { prev_batch: from }),
      ...(recurse ? { recursion_depth: MAX_DEPTH } : {}),
    };
  }

  const base = "/_matrix/client/v1/rooms/:roomId/relations/:eventId";
  const handle = ({ params, query }: Call<string, unknown>, session: Session) =>
    list(params as Kind, query, session);
  return [
    route({ method: "GET", path: base, handle }),
    route({ method: "GET", path: `${base}/:relationType`, handle }),
    route({ method: "GET", path: `${base}/:relationType/:type`, handle }),
    route({
      method: "GET",
      path: "/_matrix/client/v1/rooms/:roomId/threads",
      handle({ params, query }, session) {
        const room = roomForReader(rooms, params.roomId, session.userId);
        const limit = readLimit(query, 50);
        const from = query.get("from");
        const start = from === null ? room.lastPosition : readToken(from);
        const found = relations.threadRoots(room.roomId, start, limit + 1);
        const page = found.slice(0, limit);
        const last = page.at(-1);
        const onlyMine = query.get("include") === "participated";
        const roots = page.filter(
          ({ event }) =>
            canSee(room, session.userId, event) &&
            (!onlyMine ||
              event.sender === session.userId ||
              relations.thread(event.eventId, session.userId)?.participated),
        );
        return {
          chunk: roots.map(({ event }) => clientEvents.write(event, session)),
          ...(last && found.length > limit ? { next_batch: writeToken(last.latest - 1) } : {}),
        };
      },
    }),
  ];
}
