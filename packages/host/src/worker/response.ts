import { Body, type BodyGiven, readBody } from "./body.ts";
import { Headers, type HeadersGiven } from "./headers.ts";

interface ResponseGiven {
  status?: number;
  statusText?: string;
  headers?: HeadersGiven;
}

/** How `fetch` makes an answer that says where it came from; nobody else can. */
export let receivedFrom: (url: string, redirected: boolean, response: Response) => Response;

/** The `Response` of compartments: the commonly used part of https://fetch.spec.whatwg.org/#response-class. */
export class Response extends Body {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly type = "default";
  #url = "";
  #redirected = false;

  static {
    receivedFrom = (url, redirected, response) => {
      response.#url = url;
      response.#redirected = redirected;
      return response;
    };
  }

  constructor(body?: BodyGiven, { status = 200, statusText = "", headers }: ResponseGiven = {}) {
    const { bytes, type } = readBody(body);
    super(bytes);
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`A status is a number from 200 to 599, not ${status}.`);
    }
    this.status = status;
    this.statusText = String(statusText);
    this.headers = new Headers(headers);
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
  }

  static json(data: unknown, given: ResponseGiven = {}): Response {
    const headers = new Headers(given.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(data), { ...given, headers });
  }

  get ok(): boolean {
    return this.status <= 299;
  }

  get url(): string {
    return this.#url;
  }

  get redirected(): boolean {
    return this.#redirected;
  }

  clone(): Response {
    const { status, statusText, headers } = this;
    return receivedFrom(
      this.url,
      this.redirected,
      new Response(this.peek(), { status, statusText, headers }),
    );
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }
}
