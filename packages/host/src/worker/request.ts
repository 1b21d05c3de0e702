import { Body, type BodyGiven, readBody } from "./body.ts";
import { Headers, type HeadersGiven } from "./headers.ts";

type Redirect = "follow" | "error" | "manual";

/** What can be said about a request beside its address. */
export interface RequestGiven {
  method?: string;
  headers?: HeadersGiven;
  body?: BodyGiven;
  signal?: AbortSignal | null;
  redirect?: string;
}

const USUAL = /^(?:delete|get|head|options|patch|post|put)$/i;

/** The `Request` of compartments: the commonly used part of https://fetch.spec.whatwg.org/#request-class. */
export class Request extends Body {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: Redirect;
  readonly signal: AbortSignal;

  constructor(input: string | URL | Request, given: RequestGiven = {}) {
    const first = input instanceof Request ? input : null;
    const { bytes, type } =
      given.body == null ? { bytes: first?.peek() ?? null, type: null } : readBody(given.body);
    super(bytes);
    this.url = first?.url ?? new URL(String(input)).href;
    const method = String(given.method ?? first?.method ?? "GET");
    this.method = USUAL.test(method) ? method.toUpperCase() : method;
    if (bytes !== null && (this.method === "GET" || this.method === "HEAD")) {
      throw new TypeError(`A ${this.method} request has no body.`);
    }
    this.headers = new Headers(given.headers ?? first?.headers);
    if (type !== null && !this.headers.has("content-type")) this.headers.set("content-type", type);
    this.redirect = redirectOf(given.redirect ?? first?.redirect);
    this.signal = given.signal ?? first?.signal ?? new AbortController().signal;
  }

  clone(): Request {
    return new Request(this);
  }

  get [Symbol.toStringTag](): string {
    return "Request";
  }
}

function redirectOf(value: string | undefined): Redirect {
  if (value === undefined || value === "follow") return "follow";
  if (value === "error" || value === "manual") return value;
  throw new TypeError(`A redirect is followed, an error, or manual; "${value}" cannot be asked for.`);
}
