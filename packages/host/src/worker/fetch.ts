import { Buffer } from "node:buffer";
import type { HttpRequest, HttpResponse } from "@rookery/plugin-sdk/protocol";
import type { HostLink } from "@rookery/plugin-sdk/runtime";
import { Request, type RequestGiven } from "./request.ts";
import { Response, receivedFrom } from "./response.ts";

const DEADLINE_MS = 65_000;

/**
 * The `fetch` of a compartment with the `network` permission. The host makes the request and checks
 * every address; the answer is whole in memory. A signal ends the waiting, not the host's request.
 */
export function createFetch(host: HostLink) {
  return async (input: string | URL | Request, given?: RequestGiven): Promise<Response> => {
    const request = new Request(input, given);
    const { url, method, headers, redirect } = request;
    const body = await bodyOf(request, given);
    request.signal.throwIfAborted();
    const more = redirect === "manual" ? { redirect } : {};
    const params = { url, method, headers: [...headers], ...body, ...more };
    const answering = host.call("http.fetch", params, DEADLINE_MS);
    const answer = await unlessAborted(answering, request.signal);
    const redirected = answer.url !== url;
    if (redirected && redirect === "error") throw new TypeError(`${url} redirects to ${answer.url}.`);
    return receivedFrom(answer.url, redirected, responseOf(answer));
  };
}

/** What of a request's body crosses to the host. A text crosses as it is, and costs no base64. */
async function bodyOf(
  request: Request,
  given?: RequestGiven,
): Promise<Pick<HttpRequest, "body" | "bodyBase64">> {
  if (typeof given?.body === "string") return { body: given.body };
  const bytes = await request.bytes();
  return request.bodyUsed ? { bodyBase64: Buffer.from(bytes).toString("base64") } : {};
}

/** What of an answer crosses from the host. No Buffer: its class is Node's, and no compartment is to meet it. */
function responseOf({ status, headers, bodyBase64 }: HttpResponse): Response {
  return new Response(new Uint8Array(Buffer.from(bodyBase64, "base64")), { status, headers });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
