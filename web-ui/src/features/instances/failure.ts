import type { FailedDelivery } from "@rookery/host/api";
import { texts } from "./texts.ts";

/** How the host names what stands for the room of a schedule's runs. */
const SCHEDULE = "schedule:";

type Delivery = Pick<FailedDelivery, "type" | "text" | "roomId" | "sender">;

/** What a failed event was, in words: what somebody wrote, else of which type it is. */
export function whatFailed({ type, text, roomId }: Delivery): string {
  if (roomId.startsWith(SCHEDULE)) return texts.scheduleRun(roomId.slice(SCHEDULE.length));
  return text === null || text === "" ? type : `“${text}”`;
}

/** Who sent it where; nobody sent a run of a schedule. */
export function whereFrom({ roomId, sender }: Delivery): string | null {
  return roomId.startsWith(SCHEDULE) ? null : texts.sentBy(sender, roomId);
}
