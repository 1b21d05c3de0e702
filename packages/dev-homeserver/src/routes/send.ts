import { Type } from "typebox";
import type { Session } from "../accounts/sessions.ts";
import { notFound } from "../errors.ts";
import { type Route, route } from "../http/route.ts";
import type { JsonObject } from "../json.ts";
import type { Services } from "../services.ts";
import { roomForMember } from "./access.ts";

type Parts = Pick<Services, "rooms" | "events" | "takeMessage" | "typing">;

/** Sending messages and redactions. */
export function sendRoutes({ rooms, events, takeMessage, typing }: Parts): Route[] {
  /** Sends once per device, room, type and transaction ID; a repetition gets the first answer. */
  function send(roomId: string, type: string, transactionId: string, content: JsonObject, session: Session) {
    const { userId, deviceKey } = session;
    const known = events.transaction(deviceKey, transactionId, roomId, type);
    if (known !== undefined) return { event_id: known };
    const room = roomForMember(rooms, roomId, userId);
    takeMessage(userId);
    const event = rooms.append(room, { type, sender: userId, content, deviceKey, transactionId });
    typing.clear(roomId, userId);
    return { event_id: event.eventId };
  }

  return [
    route({
      method: "PUT",
      path: "/_matrix/client/v3/rooms/:roomId/send/:type/:transactionId",
      body: Type.Record(Type.String(), Type.Unknown()),
      handle: ({ params, body }, session) =>
        send(params.roomId, params.type, params.transactionId, body, session),
    }),
    route({
      method: "PUT",
      path: "/_matrix/client/v3/rooms/:roomId/redact/:eventId/:transactionId",
      body: Type.Object({ reason: Type.Optional(Type.String()) }),
      handle({ params: { roomId, eventId, transactionId }, body }, session) {
        if (events.byId(eventId)?.roomId !== roomId) throw notFound(`The room has no event ${eventId}`);
        const content = { ...body, redacts: eventId };
        return send(roomId, "m.room.redaction", transactionId, content, session);
      },
    }),
  ];
}
