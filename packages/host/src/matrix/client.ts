import { MatrixClient } from "matrix-bot-sdk";
import type { MatrixHttp } from "./http.ts";
import { createLimit } from "./limit.ts";

/**
 * All bots of a homeserver share its connections. One that asks for a thousand things at once waits for
 * itself, and stands before nobody else with more than these.
 */
const AT_ONCE = 8;
const MEDIA_AT_ONCE = 4;

/** The application service that a login is of. https://spec.matrix.org/latest/application-service-api/ */
export interface ApplicationService {
  /** With it any user of the service's namespace may be acted as. */
  token: string;
  /**
   * Who every request names as acting (`?user_id=`, `?device_id=`): wanted where the login's own token is the service's.
   * https://spec.matrix.org/latest/application-service-api/#identity-assertion
   */
  asserted?: { userId: string; deviceId: string };
}

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

  readonly service: ApplicationService | undefined;

  constructor(homeserverUrl: string, accessToken: string, http: MatrixHttp, service?: ApplicationService) {
    super(homeserverUrl, accessToken);
    this.#http = http;
    this.service = service;
  }

  /** The address of an endpoint, with who is acting. */
  urlOf(endpoint: string, query: Record<string, unknown> | null = null): string {
    const { userId, deviceId } = this.service?.asserted ?? {};
    // The device is that of the login's own user.
    const acting = query?.user_id === undefined ? { user_id: userId, device_id: deviceId || undefined } : {};
    return this.homeserverUrl + endpoint + queryString({ ...query, ...acting });
  }

  /** `query.user_id`: who acts, if not the login's own user; the application service's token is used then. */
  override doRequest(
    method: string,
    endpoint: string,
    query?: Record<string, unknown> | null,
    body?: unknown,
    timeoutMs = 60_000,
    // biome-ignore lint/suspicious/noExplicitAny: the overridden method's own type
  ): Promise<any> {
    const actsAsAnother = query?.user_id !== undefined;
    const accessToken = (actsAsAnother && this.service?.token) || this.accessToken;
    return this.#json(accessToken, method, this.urlOf(endpoint, query), body, timeoutMs);
  }

  /** What the application service itself asks for, as none of its users. */
  // biome-ignore lint/suspicious/noExplicitAny: as `doRequest`
  doServiceRequest(method: string, endpoint: string, body: unknown): Promise<any> {
    return this.#json(this.service?.token ?? this.accessToken, method, this.homeserverUrl + endpoint, body);
  }

  #json(
    accessToken: string,
    method: string,
    url: string,
    body: unknown,
    timeoutMs = 60_000,
  ): Promise<unknown> {
    return this.#inTurn(() =>
      this.#http.json({
        ...{ method: method.toUpperCase(), url, timeoutMs },
        accessToken: accessToken === "" ? undefined : accessToken,
        ...(body === null || body === undefined ? {} : { body }),
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
