import type { WebhookMethod } from "./protocol/webhook.ts";
import type { RoomsContext } from "./rooms-context.ts";

export interface WebhookOptions {
  /** `POST` unless told. A path can have one webhook for each. A `GET` that replies answers `HEAD`, too. */
  method?: WebhookMethod;
  /**
   * The handler's answer is the sender's. Nothing is stored then: where the bot is not there, fails or
   * takes too long, the sender is told so, and may try again.
   */
  reply?: boolean;
}

/** A request as it was sent. Anybody can send one: check who it was before you believe it. */
export interface WebhookRequest {
  readonly method: string;
  /** Below the instance's own: `/github`. */
  readonly path: string;
  /** What was asked for, query included; its beginning is the operator's `publicUrl`, where there is one. */
  readonly url: string;
  readonly query: URLSearchParams;
  /**
   * By their names in lower case. Cookies, and what concerns only the connection or a proxy, are left out.
   *
   * @example
   * ```ts
   * import { definePlugin } from "@rookery/plugin-sdk";
   *
   * export default definePlugin({
   *   setup(bot) {
   *     bot.webhook("/hook", (ctx) => bot.log.info(`A ${ctx.request.headers["x-github-event"]} came.`));
   *   },
   * });
   * ```
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Where it came from, as far as the host can tell. No proof: a proxy may believe what it is told. */
  readonly address: string;
  readonly receivedAt: Date;

  /** The body exactly as it was sent, which is what signatures are made of. */
  bytes(): Uint8Array<ArrayBuffer>;
  /** The body as UTF-8. */
  text(): string;
  /** The body as JSON. @throws SyntaxError where it is none */
  json(): unknown;
}

/** What a webhook's handler gets: a request, and all rooms that the bot is in. It is good until the handler ends. */
export interface WebhookContext extends RoomsContext {
  readonly request: WebhookRequest;
}

/** What the handler of a webhook that replies gives back. Nothing is 204. */
export interface WebhookResponse {
  /** 200 unless told, 204 where there is no body. 200 to 299, or 400 to 599. */
  status?: number;
  headers?: {
    /** Plain text unless told; JSON for `json`. */
    "content-type"?: string;
    "content-language"?: string;
    "content-disposition"?: string;
    "retry-after"?: string;
    "x-hook-secret"?: string;
  };
  /** Up to 1 MiB. */
  body?: string | Uint8Array;
  /** Instead of a body: what is sent as JSON. */
  json?: unknown;
}
