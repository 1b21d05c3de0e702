import type { JsonObject } from "../json.ts";
import type { Rooms } from "./rooms.ts";

/**
 * Sends one `m.room.message` per content to a room, as `sender`, in one transaction and past the rate
 * limit; returns their event IDs. @throws MatrixError as sending does
 */
export type Inject = (roomId: string, sender: string, contents: readonly JsonObject[]) => string[];

export function createInjector({ rooms }: { readonly rooms: Rooms }): Inject {
  return (roomId, sender, contents) => {
    const room = rooms.existing(roomId);
    return contents.map((content) => rooms.append(room, { type: "m.room.message", sender, content }).eventId);
  };
}
