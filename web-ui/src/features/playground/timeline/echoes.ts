import type { Content, MatrixEvent } from "../matrix/types.ts";
import { asText } from "./read.ts";

/** Something one did that the homeserver has not yet sent back. */
export interface Echo {
  transactionId: string;
  event: MatrixEvent;
  state: "sending" | "failed";
  /** The event's ID, once the homeserver took it. */
  eventId?: string;
  /** The share of an upload that is done, from 0 to 1. */
  progress?: number;
  /** Why it could not be sent. */
  reason?: string;
}

export function newEcho(
  transactionId: string,
  sender: string,
  now: number,
  event: { type: string; content: Content; redacts?: string },
): Echo {
  return {
    transactionId,
    state: "sending",
    event: { ...event, event_id: `~${transactionId}`, sender, origin_server_ts: now },
  };
}

/** The echoes that are still needed once these events have come. */
export function settle(echoes: readonly Echo[], events: readonly MatrixEvent[]): readonly Echo[] {
  if (echoes.length === 0) return echoes;
  const ids = new Set(events.map((event) => event.event_id));
  const transactions = new Set(events.map((event) => asText(event.unsigned?.transaction_id)));
  return echoes.filter(
    (echo) => !transactions.has(echo.transactionId) && !(echo.eventId && ids.has(echo.eventId)),
  );
}
