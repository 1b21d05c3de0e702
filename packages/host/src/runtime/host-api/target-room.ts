import { Localpart } from "@rookery/plugin-sdk/manifest";
import { hasOwnRoom } from "@rookery/plugin-sdk/protocol";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { InFlight } from "../dispatcher.ts";

/**
 * The parameters of what a delivery writes. `roomId` is for a schedule or a webhook to say; `as`, whose
 * word it is, if not the bot's own.
 */
export const InRoom = {
  delivery: Type.Integer(),
  roomId: Type.Optional(Type.String({ minLength: 1, maxLength: 255, pattern: "^!" })),
  as: Type.Optional(Localpart),
};

/**
 * The room that a delivery writes to: for an event its own and no other, for a run of a schedule
 * or a request the one that the plugin names.
 *
 * @throws AppError `PERMISSION_DENIED` for another room than the event's, `BAD_REQUEST` for none
 */
export function targetRoom({ entry }: InFlight, named?: string): string {
  if (!hasOwnRoom(entry.roomId)) {
    if (named !== undefined) return named;
    throw new AppError("BAD_REQUEST", "A schedule or a webhook has no room of its own: name one.");
  }
  if (named === undefined || named === entry.roomId) return entry.roomId;
  const text = `An event of ${entry.roomId} is answered there, not in ${named}. A schedule or a webhook sends to any room.`;
  throw new AppError("PERMISSION_DENIED", text);
}
