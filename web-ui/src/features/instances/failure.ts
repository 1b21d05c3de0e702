import type { FailedDelivery } from "@rookery/host/api";
import { texts } from "./texts.ts";

/** How the host names what stands for a room: of a schedule's runs, and of requests to a webhook. */
const SCHEDULE = "schedule:";
const WEBHOOK = "webhook:";

type Delivery = Pick<FailedDelivery, "type" | "text" | "roomId" | "sender">;

/** What a failed event was, in words: what somebody wrote, else of which type it is. */
export function whatFailed({ type, text, roomId }: Delivery): string {
  if (roomId.startsWith(SCHEDULE)) return texts.scheduleRun(roomId.slice(SCHEDULE.length));
  if (roomId.startsWith(WEBHOOK)) return texts.webhookRequest(roomId.slice(WEBHOOK.length));
  return text === null || text === "" ? type : `“${text}”`;
}

/** Who sent it where; nobody of a room sent a run of a schedule or a request. */
export function whereFrom({ roomId, sender }: Pick<Delivery, "roomId" | "sender">): string | null {
  return roomId.startsWith("!") ? texts.sentBy(sender, roomId) : null;
}
