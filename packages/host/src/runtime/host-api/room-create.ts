import { Type } from "typebox";
import { checkGranted, defineMethod } from "./method.ts";
import { UserId } from "./room-parameters.ts";

/** Makes a room; whom it invites needs the permission to invite, too. */
export const roomCreate = defineMethod({
  name: "room.create",
  permission: "rooms: create",
  params: Type.Object({
    delivery: Type.Integer(),
    name: Type.Optional(Type.String({ maxLength: 255 })),
    topic: Type.Optional(Type.String({ maxLength: 4_000 })),
    invite: Type.Optional(Type.Array(UserId, { maxItems: 100 })),
    isPublic: Type.Optional(Type.Boolean()),
    isDirect: Type.Optional(Type.Boolean()),
  }),
  async run(scope, { delivery, isPublic = false, isDirect, ...rest }) {
    const running = scope.delivery(delivery);
    if (rest.invite && rest.invite.length > 0) checkGranted(scope.granted, "rooms: invite", "room.create");
    const openness = isPublic
      ? { preset: "public_chat", visibility: "public" }
      : { preset: "private_chat", visibility: "private" };
    const direct = isDirect === undefined ? {} : { is_direct: isDirect };
    return { roomId: await scope.makeRoom(running, { ...openness, ...direct, ...rest }) };
  },
});
