import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { InstanceScope } from "../instance-scope.ts";
import { actingUser } from "./acting-user.ts";
import { defineMethod } from "./method.ts";
import { InRoom, targetRoom } from "./target-room.ts";

/** Removes an event that the bot sent, itself or as the user who removes it; others' with the permission to moderate. */
export const eventRedact = defineMethod({
  name: "event.redact",
  params: Type.Object({
    ...InRoom,
    eventId: Type.String({ minLength: 1, maxLength: 255 }),
    reason: Type.Optional(Type.String({ maxLength: 1000 })),
  }),
  async run(scope, { delivery: id, roomId: named, as, eventId, reason }) {
    const delivery = scope.delivery(id);
    const roomId = targetRoom(delivery, named);
    const user = actingUser(scope, delivery, as);
    const own = mayRedact(scope, eventId)
      ? eventId
      : checkOwn(scope, user?.userId ?? scope.userId, roomId, eventId);
    return { eventId: await scope.writer.redact(delivery, own, reason, roomId, user) };
  },
});

function mayRedact({ writer, granted, grants }: InstanceScope, eventId: string): boolean {
  if (writer.sent(eventId)) return true;
  if (!granted.rooms.includes("moderate")) return false;
  grants.used("rooms", "moderate");
  return true;
}

async function checkOwn(
  { client }: InstanceScope,
  userId: string,
  roomId: string,
  eventId: string,
): Promise<string> {
  const event = (await client.getEvent(roomId, eventId)) as { sender?: unknown };
  if (event.sender === userId) return eventId;
  throw new AppError(
    "PERMISSION_DENIED",
    `Without the permission "rooms: moderate" a bot removes only what it sent itself; ${eventId} is not.`,
  );
}
