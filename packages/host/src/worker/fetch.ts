import type { HostLink } from "@rookery/plugin-sdk/runtime";

const DEADLINE_MS = 65_000;

interface FetchInit {
  method?: string;
  headers?: Record<string, string> | Iterable<[string, string]>;
  body?: string | Uint8Array;
}

/**
 * The `fetch` of a compartment with the `network` permission. The host makes the request and checks
 * every address; the answer is the commonly used part of a `Response`, whole in memory.
 */
export function createFetch(host: HostLink) {
  return async (input: string | URL, init: FetchInit = {}) => {
    const given = init.headers ?? {};
    const pairs = Symbol.iterator in given ? [...given] : Object.entries(given);
    const headers = pairs.map(([name, value]): [string, string] => [String(name), String(value)]);
    const answer = await host.call(
      "http.fetch",
      {
        url: String(input),
        method: String(init.method ?? "GET").toUpperCase(),
        headers,
        ...toBody(init.body),
      },
      DEADLINE_MS,
    );
    const body = fromBase64(answer.bodyBase64);
    const text = () => new TextDecoder().decode(body);
    const get = (name: string) => {
      const values = answer.headers
        .filter(([key]) => key === String(name).toLowerCase())
        .map(([, value]) => value);
      return values.length > 0 ? values.join(", ") : null;
    };
    return harden({
      url: answer.url,
      status: answer.status,
      ok: answer.status >= 200 && answer.status < 300,
      headers: {
        get,
        has: (name: string) => get(name) !== null,
        entries: () => answer.headers.map(([k, v]) => [k, v]),
      },
      text: async () => text(),
      json: async () => JSON.parse(text()) as unknown,
      arrayBuffer: async () => body.slice().buffer,
      bytes: async () => body.slice(),
    });
  };
}

function toBody(body: unknown): { body?: string; bodyBase64?: string } {
  if (body === undefined || body === null) return {};
  if (typeof body === "string") return { body };
  if (body instanceof Uint8Array) return { bodyBase64: Buffer.from(body).toString("base64") };
  throw new TypeError("The body of a request is a text or bytes (Uint8Array).");
}

/** No Buffer: its class is Node's, and no compartment is to meet it. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64"));
}
