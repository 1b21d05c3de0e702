import type { RoomStates } from "../room-states.ts";
import type { EncryptionPlace } from "./place.ts";

/** The settings of a room that is encrypted. What was encrypted once stays so, whatever the room's state says. */
export type RoomSettings = (roomId: string) => Promise<object | undefined>;

export function createRoomSettings(states: RoomStates, place: EncryptionPlace): RoomSettings {
  /** Those that are on the disk, as far as they were asked for. */
  const kept = new Map<string, string>();
  return async (roomId) => {
    const content = (await states.get(roomId, "m.room.encryption"))?.content;
    if (typeof content?.algorithm !== "string") return place.roomSettings(roomId);
    const json = JSON.stringify(content);
    if (kept.get(roomId) !== json) {
      if (JSON.stringify(place.roomSettings(roomId)) !== json) place.setRoomSettings(roomId, content);
      kept.set(roomId, json);
    }
    return content;
  };
}
