import type { JsonObject } from "@rookery/plugin-sdk/protocol";
import { MatrixError } from "matrix-bot-sdk";
import { Type } from "typebox";
import { defineMethod } from "./method.ts";
import { RoomState } from "./room-parameters.ts";

/** Reads one setting of a room; `null` where it has none. */
export const roomStateGet = defineMethod({
  name: "room.state.get",
  permission: "rooms: state",
  params: Type.Object(RoomState),
  async run({ client }, { roomId, type, stateKey }) {
    try {
      return { content: (await client.getRoomStateEvent(roomId, type, stateKey)) as JsonObject };
    } catch (error) {
      if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return { content: null };
      throw error;
    }
  },
});
