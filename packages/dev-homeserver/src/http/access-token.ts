import type { IncomingMessage } from "node:http";

/** The access token of a request: in its header or, as it once was, in its address. */
export function accessTokenOf(request: IncomingMessage, query: URLSearchParams): string | null {
  const header = request.headers.authorization;
  return header?.startsWith("Bearer ") ? header.slice(7) : query.get("access_token");
}
