import type { MatrixEvent } from "../event.ts";
import { type Delivery, fromBase64, type WebhookContent } from "../protocol/index.ts";
import type { WebhookContext, WebhookRequest } from "../webhook.ts";
import type { HostLink } from "./host-link.ts";
import { createRoomsContext } from "./rooms-context.ts";

/** Makes the `ctx` of one request. */
export function createWebhookContext(
  delivery: Delivery,
  host: HostLink,
  signal: () => AbortSignal,
): WebhookContext {
  const request = createRequest(JSON.parse(delivery.event) as MatrixEvent);
  return Object.assign(createRoomsContext(delivery, host, signal), { request });
}

function createRequest({ content, origin_server_ts }: MatrixEvent): WebhookRequest {
  const { method, path, url, headers, address, body64 } = content as unknown as WebhookContent;
  const bytes = () => fromBase64(body64);
  const text = () => new TextDecoder().decode(bytes());
  return {
    ...{ method, path, url, headers, address, bytes, text },
    query: new URL(url).searchParams,
    receivedAt: new Date(origin_server_ts),
    json: () => JSON.parse(text()) as unknown,
  };
}
