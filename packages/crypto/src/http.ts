/** What a homeserver answered, whatever its status. */
export interface HttpResponse {
  status: number;
  /** The parsed JSON; `{}` where there was none. */
  body: unknown;
}

/**
 * All that encryption needs of the network. Whoever implements it adds the access token, tries again what fails in a way
 * that passes (no answer, 429, 5xx), and rejects only where there was no answer.
 */
export interface Http {
  /**
   * @param path with the query, from `/_matrix/client/` on
   * @param patienceMs how long it may be tried again; for as long as it takes unless told
   */
  request(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    patienceMs?: number,
  ): Promise<HttpResponse>;
}

/** The same for what others are not to wait for. */
export const within = (patienceMs: number, http: Http): Http => ({
  request: (method, path, body) => http.request(method, path, body, patienceMs),
});
