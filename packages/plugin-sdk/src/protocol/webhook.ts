import type { MatrixEvent } from "../event.ts";
import type { JsonObject } from "./json.ts";

/** The type of the event that stands for a request. Only the host makes such; rooms know none. */
const TYPE = "org.rookery.webhook";
const LANE = "webhook:";

export const WEBHOOK_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type WebhookMethod = (typeof WEBHOOK_METHODS)[number];

/**
 * What an answer may say about itself. Nothing else gets out: instances share an origin, with each
 * other and maybe with more, and what stands before the host takes orders from headers (`X-Accel-Redirect`).
 */
export const WEBHOOK_ANSWER_HEADERS: readonly string[] = [
  ...["content-type", "content-language", "content-disposition", "retry-after", "x-hook-secret"],
];

/** A route that an instance has below `/plugins/<instance>`. */
export interface WebhookInfo {
  method: WebhookMethod;
  /** `/github`: what no client encodes, so that there is one way to write it. */
  path: string;
  /** The handler's answer is the sender's. Else a request is stored, answered, and then handled. */
  reply: boolean;
}

/** A request as the content of an event. */
export interface WebhookContent extends JsonObject {
  method: string;
  path: string;
  /** As it was asked for, query included. */
  url: string;
  /** By their names in lower case. */
  headers: Record<string, string>;
  /** Who sent it, as far as the host can tell. */
  address: string;
  /** The body's bytes as base64. */
  body64: string;
}

/** What a handler answers. */
export interface WebhookAnswer extends JsonObject {
  status: number;
  headers: Record<string, string>;
  body64: string;
}

export function webhookKey({ method, path }: Pick<WebhookInfo, "method" | "path">): string {
  return `${method} ${path}`;
}

/** What stands for the room of a route's requests. No room has this ID: theirs begin with `!`. */
export function webhookLane(route: Pick<WebhookInfo, "method" | "path">): string {
  return LANE + webhookKey(route);
}

/** The route that a delivery is a request to, such as `POST /github`; `null` for everything else. */
export function webhookOf(roomId: string): string | null {
  return roomId.startsWith(LANE) ? roomId.slice(LANE.length) : null;
}

/** A request as an event, so that it goes the way of all events. */
export function webhookEvent(eventId: string, receivedAt: number, content: WebhookContent): MatrixEvent {
  return {
    type: TYPE,
    event_id: eventId,
    sender: content.address,
    origin_server_ts: receivedAt,
    content,
  };
}
