import { lookup as systemLookup } from "node:dns";
import { readFileSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { AppError, reasonOf } from "../errors.ts";
import { isGrantedHost, isPublicAddress } from "./addresses.ts";

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
  headers?: Record<string, string> | [string, string][];
  body?: string | Uint8Array | undefined;
  signal: AbortSignal;
  /** Told of each address, redirects included, before it is contacted; what it throws ends the request. */
  onTarget?: (target: URL) => void;
}

/** What plugins reach of the network. */
export interface Network {
  /**
   * A request to a granted host. Redirects are followed only to granted hosts, and every address
   * that a name resolves to must be a public one.
   *
   * @throws AppError `PERMISSION_DENIED`, `NETWORK_FAILED`, `DEADLINE`
   */
  request(request: NetworkRequest, granted: readonly string[]): Promise<NetworkAnswer>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const MAX_REDIRECT_BODY = 64 * 1024;
const OF_A_BODY = ["content-type", "content-length", "content-encoding", "content-language"];
const OF_ONE_ORIGIN = ["authorization", "cookie", "host"];

export interface NetworkOptions {
  /** An HTTP CONNECT proxy. It resolves the names, so only they are checked then, not the addresses. */
  proxy?: string | undefined;
  /** Further certificate authorities to trust, as PEM. */
  caFile?: string | undefined;
}

export function createNetwork({ proxy, caFile }: NetworkOptions): Network {
  const tls = caFile === undefined ? {} : { ca: [...rootCertificates, readFileSync(caFile, "utf8")] };
  const agent: Dispatcher =
    proxy === undefined
      ? new Agent({ connect: { ...tls, timeout: 10_000, lookup: publicLookup }, connections: 16 })
      : new ProxyAgent({ uri: proxy, requestTls: { ...tls, timeout: 10_000 }, connections: 16 });

  async function once(target: URL, request: NetworkRequest): Promise<NetworkAnswer> {
    try {
      const { statusCode, headers, body } = await agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: request.method as Dispatcher.HttpMethod,
        headers: (Array.isArray(request.headers) ? request.headers.flat() : request.headers) ?? {},
        body: request.body ?? null,
        signal: request.signal,
      });
      return { url: target.href, status: statusCode, headers, body };
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (request.signal.aborted)
        throw new AppError("DEADLINE", `${target.host} did not answer in time.`, { cause });
      const nested = (cause as Error).cause;
      if (nested instanceof AppError) throw nested;
      throw new AppError("NETWORK_FAILED", `${target.host} could not be reached (${reasonOf(cause)}).`, {
        cause,
      });
    }
  }

  return {
    async request(first, granted) {
      let request = first;
      let target = check(request.url, granted);
      for (let hops = 0; ; hops++) {
        first.onTarget?.(target);
        const answer = await once(target, request);
        const location = answer.headers.location;
        if (answer.status < 300 || answer.status > 399 || typeof location !== "string") return answer;
        await answer.body.dump({ limit: MAX_REDIRECT_BODY, signal: request.signal });
        if (hops === MAX_REDIRECTS)
          throw new AppError("NETWORK_FAILED", `${target.host} redirects without end.`);
        const next = check(URL.parse(location, target)?.href ?? location, granted);
        request = redirected(request, answer.status, next.origin !== target.origin);
        target = next;
      }
    },
    async close() {
      await agent.destroy();
    },
  };
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

/** Parses and checks an address before anything is sent. */
function check(text: string, granted: readonly string[]): URL {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new AppError("PERMISSION_DENIED", `"${text.slice(0, 200)}" is not an http(s) address.`);
  }
  if (!isGrantedHost(url, granted)) {
    const text = `The plugin may not reach ${url.host}. Its permission "network" was granted for: ${granted.join(", ") || "nothing"}.`;
    throw new AppError("PERMISSION_DENIED", text);
  }
  // An address that is granted as such, say 192.168.1.5, is meant: only names go through the look-up.
  return url;
}

/** The system's look-up, refusing names that resolve to anything but public addresses. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "");
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) {
      const text = `${hostname} resolves to ${refused.address}, which is not a public address.`;
      return callback(new AppError("PERMISSION_DENIED", text), "");
    }
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
  });
};
