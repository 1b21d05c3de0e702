import { Type } from "typebox";
import { readBackwards } from "../../matrix/history.ts";
import { defineMethod } from "./method.ts";
import { RoomId } from "./room-parameters.ts";

/** A page of what was said in a room, newest first; what is encrypted, as far as it can be read. */
export const roomHistory = defineMethod({
  name: "room.history",
  permission: "rooms: history",
  params: Type.Object({
    roomId: RoomId,
    from: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
    limit: Type.Integer({ minimum: 1, maximum: 100 }),
  }),
  async run({ client, room }, { roomId, ...where }) {
    const page = await readBackwards(client, roomId, where);
    return { ...page, events: await room(roomId).readable(page.events) };
  },
});
