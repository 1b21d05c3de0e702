import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { RoomState } from "./room-parameters.ts";

/** Sets one setting of a room. Who is a member is changed by methods that need other permissions. */
export const roomStateSet = defineMethod({
  name: "room.state.set",
  permission: "rooms: state",
  params: Type.Object({
    ...RoomState,
    type: Type.String({ minLength: 1, maxLength: 255, pattern: "^(?!m\\.room\\.member$)" }),
    content: Type.Unsafe<JsonObject>(Type.Object({})),
  }),
  async run({ client, writer }, { roomId, type, stateKey, content }) {
    const set = () => client.sendStateEvent(roomId, type, stateKey, content);
    return { eventId: await writer.inTurn(roomId, set) };
  },
});
