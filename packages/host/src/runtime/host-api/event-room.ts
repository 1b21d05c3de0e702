import { hasOwnRoom } from "@rookery/plugin-sdk/protocol";
import { AppError } from "../../errors.ts";
import type { InFlight } from "../dispatcher.ts";

/**
 * The room of a delivery's event.
 *
 * @throws AppError `BAD_REQUEST` where no event of a room began it
 */
export function eventRoom({ entry }: InFlight): string {
  if (hasOwnRoom(entry.roomId)) return entry.roomId;
  throw new AppError("BAD_REQUEST", "A schedule or a webhook has no room of its own.");
}
