import { type Static, Type } from "typebox";
import { forbidden, invalidParam } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { Services } from "../services.ts";
import { roomForMember } from "./access.ts";

type Parts = Pick<Services, "rooms" | "receipts" | "accountData" | "stream" | "waiters" | "typing">;

const optionalString = Type.Optional(Type.String());
const Markers = Type.Object({
  "m.fully_read": optionalString,
  "m.read": optionalString,
  "m.read.private": optionalString,
});

/** Who is typing and who has read what. */
export function receiptRoutes(parts: Parts): Route[] {
  const { rooms, receipts, accountData, stream, waiters, typing } = parts;

  function wakeRoom(roomId: string): void {
    for (const userId of rooms.room(roomId)?.joined ?? []) waiters.wake(userId);
  }

  function put(room_id: string, user_id: string, type: string, event_id: string, thread_id = ""): void {
    if (!event_id.startsWith("$")) throw invalidParam(`"${event_id}" is not an event ID`);
    const [position, timestamp] = [stream.next(), Date.now()];
    receipts.put({ room_id, user_id, type, thread_id, event_id, timestamp, position });
    wakeRoom(room_id);
  }

  function mark(roomId: string, userId: string, markers: Static<typeof Markers>): void {
    const fullyRead = markers["m.fully_read"];
    if (fullyRead !== undefined) {
      accountData.put(userId, "m.fully_read", { event_id: fullyRead }, stream.next(), roomId);
      waiters.wake(userId);
    }
    for (const type of ["m.read", "m.read.private"] as const) {
      const eventId = markers[type];
      if (eventId !== undefined) put(roomId, userId, type, eventId);
    }
  }

  return [
    route({
      method: "PUT",
      path: "/_matrix/client/v3/rooms/:roomId/typing/:userId",
      body: Type.Object({ typing: Type.Boolean(), timeout: Type.Optional(Type.Number({ minimum: 0 })) }),
      handle({ params, body }, { userId }) {
        if (params.userId !== userId) throw forbidden("One can only type oneself");
        const { roomId } = roomForMember(rooms, params.roomId, userId);
        if (body.typing) typing.set(roomId, userId, body.timeout ?? 30_000);
        else typing.clear(roomId, userId);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/receipt/:type/:eventId",
      body: Type.Object({ thread_id: optionalString }),
      handle({ params: { roomId, type, eventId }, body }, { userId }) {
        roomForMember(rooms, roomId, userId);
        if (type === "m.fully_read") mark(roomId, userId, { "m.fully_read": eventId });
        else if (type === "m.read" || type === "m.read.private")
          put(roomId, userId, type, eventId, body.thread_id);
        else throw invalidParam(`There is no receipt of type ${type}`);
        return {};
      },
    }),
    route({
      method: "POST",
      path: "/_matrix/client/v3/rooms/:roomId/read_markers",
      body: Markers,
      handle({ params, body }, { userId }) {
        mark(roomForMember(rooms, params.roomId, userId).roomId, userId, body);
        return {};
      },
    }),
  ];
}
