import type { Socket } from "node:net";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import WebSocket from "ws";
import { AppError, reasonOf } from "../errors.ts";
import { createCheckedLookup } from "./checked-lookup.ts";
import { createConnector, tlsOptions } from "./connector.ts";
import { isNameOf, isSecure } from "./granted-hosts.ts";
import { checkTarget } from "./network-target.ts";
import { type Headers, requestHeaders } from "./request-headers.ts";
import { createNameResolver, isLocalName, type ResolveName } from "./resolve-name.ts";

/** An answer whose body is still to be read; the caller reads or destroys it. */
export interface NetworkAnswer {
  url: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Dispatcher.ResponseData["body"];
}

export interface NetworkRequest {
  url: string;
  method: string;
  headers?: Headers;
  body?: string | Uint8Array | undefined;
  signal: AbortSignal;
  /** `manual`: a redirect is an answer like others. Followed unless told. */
  redirect?: "follow" | "manual" | undefined;
  /** Told of each address, redirects included, before it is contacted; what it throws ends the request. */
  onTarget?: (target: URL) => void;
}

/** What plugins reach of the network. */
export interface Network {
  /**
   * A request to a granted host. Redirects are followed only to granted hosts, and every address
   * that a name resolves to must be a public one. The body comes as it was sent: nothing inflates it.
   *
   * @throws AppError `PERMISSION_DENIED`, `BAD_REQUEST`, `NETWORK_FAILED`, `DEADLINE`
   */
  request(request: NetworkRequest, granted: readonly string[]): Promise<NetworkAnswer>;
  /**
   * Begins to connect a WebSocket to a granted host, under the same checks; it follows no redirect,
   * and messages are not compressed. Why it fails is told by its `error` event (see `failureOf`).
   *
   * @throws AppError `PERMISSION_DENIED`, `BAD_REQUEST`
   */
  connect(url: string, protocols: readonly string[], granted: readonly string[]): WebSocket;
  close(): Promise<void>;
}

export interface NetworkOptions {
  /** An HTTP CONNECT proxy. It resolves the names, so only they are checked then, not the addresses. */
  proxy?: string | undefined;
  /** Further certificate authorities to trust, as PEM. */
  caFile?: string | undefined;
  /** Names (globs) that may resolve to these ranges beside public addresses. */
  privateHosts?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Instead of the machine's name servers. */
  resolve?: ResolveName;
  /** Instead of the addresses of the machine's interfaces. */
  ownAddresses?: () => string[];
}

/** In bytes, of a WebSocket's message in either direction. */
export const MAX_MESSAGE = 1024 * 1024;

const MAX_REDIRECTS = 5;
const MAX_REDIRECT_BODY = 64 * 1024;
const OF_A_BODY = ["content-type", "content-encoding", "content-language", "content-location"];
const OF_ONE_ORIGIN = ["authorization", "cookie"];
/** They open a tunnel, or send back what a request had. */
const REFUSED_METHODS = ["CONNECT", "TRACE", "TRACK"];

export function createNetwork(options: NetworkOptions): Network {
  const { proxy, caFile, privateHosts = {}, resolve = createNameResolver(), ownAddresses } = options;
  const tls = tlsOptions(caFile);
  const lookup = createCheckedLookup({ resolve, privateHosts, ownAddresses });
  // How many requests an instance has under way is limited for each; HTTP/2 is more than they need.
  const agent: Dispatcher =
    proxy === undefined
      ? new Agent({ allowH2: false, connect: { ...tls, lookup } })
      : new ProxyAgent({ allowH2: false, uri: proxy, requestTls: tls, proxyTls: tls });
  const openConnection = createConnector(proxy, tls, lookup);

  function check(text: string, granted: readonly string[], scheme: "http" | "ws"): URL {
    const url = checkTarget(text, granted, scheme);
    const isNamed = Object.keys(privateHosts).some((glob) => isNameOf(url.hostname, glob));
    if (proxy !== undefined && isLocalName(url.hostname) && !isNamed) {
      const text = `${url.hostname} would be the proxy's own machine.`;
      throw new AppError("PERMISSION_DENIED", text);
    }
    return url;
  }

  async function once(target: URL, request: NetworkRequest): Promise<NetworkAnswer> {
    try {
      const { statusCode, headers, body } = await agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: request.method as Dispatcher.HttpMethod,
        headers: requestHeaders(request.headers ?? []).flat(),
        body: request.body ?? null,
        signal: request.signal,
      });
      return { url: target.href, status: statusCode, headers, body };
    } catch (cause) {
      throw failureOf(target.host, cause, request.signal.aborted);
    }
  }

  return {
    async request(first, granted) {
      if (REFUSED_METHODS.includes(first.method)) {
        throw new AppError("BAD_REQUEST", `A plugin's request cannot have the method ${first.method}.`);
      }
      let request = first;
      let target = check(request.url, granted, "http");
      for (let hops = 0; ; hops++) {
        first.onTarget?.(target);
        const answer = await once(target, request);
        if (first.redirect === "manual") return answer;
        const location = answer.headers.location;
        if (answer.status < 300 || answer.status > 399 || typeof location !== "string") return answer;
        await answer.body
          .dump({ limit: MAX_REDIRECT_BODY, signal: request.signal })
          .catch((cause: unknown) => {
            throw failureOf(target.host, cause, request.signal.aborted);
          });
        if (hops === MAX_REDIRECTS)
          throw new AppError("NETWORK_FAILED", `${target.host} redirects without end.`);
        const next = check(URL.parse(location, target)?.href ?? location, granted, "http");
        if (isSecure(target) && !isSecure(next))
          throw new AppError(
            "NETWORK_FAILED",
            `${target.host} redirects to ${next.host} without encryption.`,
          );
        request = redirected(request, answer.status, next.origin !== target.origin);
        target = next;
      }
    },

    connect(text, protocols, granted) {
      const target = check(text, granted, "ws");
      try {
        return new WebSocket(target, [...protocols], {
          ...{ maxPayload: MAX_MESSAGE, maxFragments: 1_000, perMessageDeflate: false, closeTimeout: 5_000 },
          createConnection: ((_options: object, done: (error: Error | null, socket?: Socket) => void) => {
            openConnection(target).then((socket) => done(null, socket), done);
          }) as never,
        });
      } catch (cause) {
        throw new AppError("BAD_REQUEST", `No WebSocket: ${reasonOf(cause)}`, { cause });
      }
    },

    async close() {
      await agent.destroy();
    },
  };
}

/** What a failed request or connection is called for the plugin. */
export function failureOf(host: string, cause: unknown, tooLate: boolean): AppError {
  const said = [cause, (cause as Error | undefined)?.cause].find((error) => error instanceof AppError);
  if (said instanceof AppError) return said;
  if (tooLate) return new AppError("DEADLINE", `${host} did not answer in time.`, { cause });
  return new AppError("NETWORK_FAILED", `${host} could not be reached (${reasonOf(cause)}).`, { cause });
}

/** What is asked of the next address: https://fetch.spec.whatwg.org/#http-redirect-fetch */
function redirected(request: NetworkRequest, status: number, elsewhere: boolean): NetworkRequest {
  const { method, headers = {} } = request;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const asGet = status === 303 ? method !== "HEAD" : status < 303 && method === "POST";
  const dropped = [...(asGet ? OF_A_BODY : []), ...(elsewhere ? OF_ONE_ORIGIN : [])];
  return {
    ...request,
    ...(asGet ? { method: "GET", body: undefined } : {}),
    headers: pairs.filter(([name]) => !dropped.includes(name.toLowerCase())),
  };
}
