import { request } from "node:http";
import { stringify } from "node:querystring";

/** What `matrix-bot-sdk` hands to its request function (its `lib/http.js`). */
interface RequestParameters {
  readonly uri: string;
  readonly method: string;
  readonly qs: Record<string, string> | null;
  /** Null asks for a Buffer. */
  readonly encoding: null | undefined;
  readonly headers: Record<string, string>;
  readonly body?: string | Buffer;
}

type Callback = (
  error: Error | null,
  response?: { statusCode: number; headers: unknown; body: string | Buffer },
  body?: string | Buffer,
) => void;

/** Takes the place of the deprecated `request` package under `matrix-bot-sdk`. */
export function requestByHttp(parameters: RequestParameters, callback: Callback): void {
  const query = parameters.qs ? `?${stringify(parameters.qs)}` : "";
  const outgoing = request(parameters.uri + query, {
    method: parameters.method,
    headers: parameters.headers,
  });
  outgoing.on("error", callback);
  outgoing.on("response", async (incoming) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = parameters.encoding === null ? bytes : bytes.toString();
    callback(null, { statusCode: incoming.statusCode ?? 0, headers: incoming.headers, body }, body);
  });
  outgoing.end(parameters.body);
}
