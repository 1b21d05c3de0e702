/** What a homeserver answered, whatever its status. */
export interface HttpResponse {
  status: number;
  /** The parsed JSON; `{}` where there was none. */
  body: unknown;
}

/**
 * All that encryption needs of the network. Whoever implements it adds the access token, waits where the server says
 * 429, and rejects only where there was no answer.
 */
export interface Http {
  /** @param path with the query, from `/_matrix/client/` on */
  request(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<HttpResponse>;
}
