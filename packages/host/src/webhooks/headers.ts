import type { IncomingHttpHeaders } from "node:http";

/**
 * What stays with the host. Of a connection: between the sender, proxies and the host. Of a browser:
 * its cookies may be those of another service on the same domain, and no sender of webhooks has any.
 * Of a proxy: what is known of it is in `url` and `address`.
 */
const KEPT_BACK = new Set([
  ...[
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
  ],
  ...["proxy-authorization", "cookie"],
  ...["forwarded", "via", "x-real-ip"],
]);

/** A request's headers, as far as they are its handler's business. */
export function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" || KEPT_BACK.has(name) || name.startsWith("x-forwarded-")) continue;
    own[name] = value;
  }
  return own;
}

/**
 * Sent with every answer. Instances share an origin, so an answer that a browser shows is nobody's
 * page: it runs no script, loads nothing, and is taken for nothing but what it says it is.
 */
export const EVERY_ANSWER = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
