import { MatrixClient } from "matrix-bot-sdk";
import type { MatrixHttp } from "./http.ts";
import { createLimit } from "./limit.ts";

/**
 * All bots of a homeserver share its connections. One that asks for a thousand things at once waits for
 * itself, and stands before nobody else with more than these.
 */
const AT_ONCE = 8;
const MEDIA_AT_ONCE = 4;

/**
 * matrix-bot-sdk's client over the host's own connections: none of its requests go through the
 * deprecated `request` package. Writes take the transaction ID from outside, because the host
 * derives it from the delivery.
 */
export class HostMatrixClient extends MatrixClient {
  readonly #http: MatrixHttp;
  readonly #inTurn = createLimit(AT_ONCE);
  /** Asks for media, or sends it, when few enough of this client's are under way. */
  readonly mediaInTurn = createLimit(MEDIA_AT_ONCE);

  /**
   * Whom every request names as acting (`?user_id=`), where the token is an application service's: one
   * may act as many users. https://spec.matrix.org/latest/application-service-api/#identity-assertion
   */
  readonly assertedUserId: string | undefined;

  constructor(homeserverUrl: string, accessToken: string, http: MatrixHttp, assertedUserId?: string) {
    super(homeserverUrl, accessToken);
    this.#http = http;
    this.assertedUserId = assertedUserId;
  }

  /** The address of an endpoint, with who is acting. */
  urlOf(endpoint: string, query: Record<string, unknown> | null = null): string {
    const user_id = query?.user_id ?? this.assertedUserId;
    return this.homeserverUrl + endpoint + queryString({ ...query, user_id });
  }

  override doRequest(
    method: string,
    endpoint: string,
    query?: Record<string, unknown> | null,
    body?: unknown,
    timeoutMs = 60_000,
    // biome-ignore lint/suspicious/noExplicitAny: the overridden method's own type
  ): Promise<any> {
    return this.#inTurn(() =>
      this.#http.json({
        method: method.toUpperCase(),
        url: this.urlOf(endpoint, query),
        accessToken: this.accessToken === "" ? undefined : this.accessToken,
        ...(body === null || body === undefined ? {} : { body }),
        timeoutMs,
      }),
    );
  }

  /** `GET /sync`, held open by the homeserver for up to `timeoutMs`. */
  sync(options: {
    since: string | null;
    filter: string;
    timeoutMs: number;
    signal: AbortSignal;
  }): Promise<unknown> {
    const { since, filter, timeoutMs, signal } = options;
    const query = { filter, timeout: timeoutMs, ...(since === null ? {} : { since }) };
    return this.#http.json({
      method: "GET",
      url: this.urlOf("/_matrix/client/v3/sync", query),
      accessToken: this.accessToken,
      timeoutMs: since === null ? 10 * 60_000 : timeoutMs + 30_000,
      signal,
      longPoll: true,
    });
  }

  /**
   * Sends an event. The homeserver answers a repeated transaction ID with the first event's ID.
   *
   * @param as the user of an application service who says it; the login's own unless told
   */
  async putEvent(roomId: string, type: string, txnId: string, content: object, as?: string): Promise<string> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/send/${encodeURIComponent(type)}/${encodeURIComponent(txnId)}`;
    return ((await this.doRequest("PUT", path, { user_id: as }, content)) as { event_id: string }).event_id;
  }

  /** Redacts an event, likewise under a transaction ID. */
  async putRedaction(
    roomId: string,
    eventId: string,
    txnId: string,
    reason?: string,
    as?: string,
  ): Promise<string> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/redact/${encodeURIComponent(eventId)}/${encodeURIComponent(txnId)}`;
    const body = reason === undefined ? {} : { reason };
    return ((await this.doRequest("PUT", path, { user_id: as }, body)) as { event_id: string }).event_id;
  }
}

function queryString(query: Record<string, unknown>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return "";
  return `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()}`;
}
