import type { Delivery } from "@rookery/host/api";
import { whatFailed } from "../failure.ts";
import { texts } from "../texts.ts";

/** What an event was to its instance: the handlers that ran, else what it is by its type. */
export function whatRan({ handlers, type, roomId, sender }: Delivery): string {
  if (!roomId.startsWith("!")) return whatFailed({ type, roomId, sender, text: null });
  return handlers.length > 0 ? handlers.join(", ") : texts.unmatched(type);
}
