import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { MatrixError } from "matrix-bot-sdk";
import { Agent, type Dispatcher } from "undici";
import { AppError, reasonOf } from "../errors.ts";
import { createHttpTally, type HttpTally, type RequestKind } from "./http-tally.ts";

/** The host's connections to homeservers: kept alive, few for requests and for media, one for each waiting sync. */
export interface MatrixHttp {
  /**
   * One JSON request.
   *
   * @throws MatrixError where the homeserver answered with an error
   * @throws AppError `HOMESERVER_UNREACHABLE` where it did not answer, `BAD_REQUEST` for a URL that is none
   */
  json(request: JsonRequest): Promise<unknown>;
  /** A request whose body or answer is a stream. The caller reads or destroys the answer's body. */
  stream(request: StreamRequest): Promise<Dispatcher.ResponseData>;
  /**
   * A request to who may be no homeserver: its status and a text of up to `MAX_ANSWER` bytes, whatever they are.
   *
   * @throws AppError `HOMESERVER_UNREACHABLE` where nobody answered, or more than that; `BAD_REQUEST` for a URL that is none
   */
  exchange(request: Pick<JsonRequest, "method" | "url" | "body">): Promise<Exchanged>;
  close(): Promise<void>;
}

/** An answer that nobody has judged yet. */
export type Exchanged = Pick<Dispatcher.ResponseData, "statusCode" | "headers"> & { url: URL; text: string };

export interface JsonRequest {
  method: string;
  url: string;
  accessToken?: string | undefined;
  body?: unknown;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** A request that the homeserver holds open on purpose. */
  longPoll?: boolean;
}

export interface StreamRequest {
  method: "GET" | "POST";
  url: string;
  accessToken: string;
  headers?: Record<string, string>;
  body?: NodeJS.ReadableStream;
  signal?: AbortSignal;
}

const MAX_ANSWER = 256 * 1024;
const EXCHANGE_MS = 30_000;
const REQUEST_CONNECTIONS = 8;
/** Of their own, so that a slow file holds no message up. */
const MEDIA_CONNECTIONS = 8;

/**
 * @param caFile further certificate authorities to trust, as PEM
 * @param tally counts what was answered
 */
export function createMatrixHttp({
  caFile,
  tally = createHttpTally(),
}: {
  caFile?: string | undefined;
  tally?: HttpTally;
} = {}): MatrixHttp {
  const ca = caFile === undefined ? {} : { ca: [...rootCertificates, readFileSync(caFile, "utf8")] };
  const shared = { connect: { ...ca, timeout: 10_000 }, keepAliveTimeout: 60_000 };
  const requests = new Agent({ ...shared, connections: REQUEST_CONNECTIONS });
  const media = new Agent({ ...shared, connections: MEDIA_CONNECTIONS });
  const polls = new Agent(shared);

  /** Counts a request that nobody answered, unless the host itself broke it off. */
  function unanswered(
    kind: RequestKind,
    target: URL,
    signal: AbortSignal | undefined,
    cause: unknown,
  ): AppError {
    if (!signal?.aborted) tally.answered(kind, null, 0);
    return unreachable(target, cause);
  }

  return {
    async json({ method, url, accessToken, body, timeoutMs = 60_000, signal, longPoll = false }) {
      const headers: Record<string, string> = {};
      if (accessToken !== undefined) headers.authorization = `Bearer ${accessToken}`;
      if (body !== undefined) headers["content-type"] = "application/json";
      const target = toUrl(url);
      const sent = body === undefined ? null : toJson(body);
      const kind = longPoll ? "sync" : "request";
      const since = performance.now();
      let answer: Dispatcher.ResponseData;
      let text: string;
      try {
        answer = await (longPoll ? polls : requests).request({
          origin: target.origin,
          path: target.pathname + target.search,
          method: method as Dispatcher.HttpMethod,
          headers,
          body: sent,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          ...(signal ? { signal } : {}),
        });
        text = await answer.body.text();
      } catch (cause) {
        throw unanswered(kind, target, signal, cause);
      }
      tally.answered(kind, answer.statusCode, performance.now() - since);
      return parseAnswer(target, answer, text);
    },

    async stream({ method, url, accessToken, headers = {}, body, signal }) {
      const target = toUrl(url);
      const since = performance.now();
      try {
        const answer = await media.request({
          origin: target.origin,
          path: target.pathname + target.search,
          method,
          headers: { ...headers, authorization: `Bearer ${accessToken}` },
          body: (body as Dispatcher.RequestOptions["body"]) ?? null,
          ...(signal ? { signal } : {}),
        });
        tally.answered("media", answer.statusCode, performance.now() - since);
        return answer;
      } catch (cause) {
        throw unanswered("media", target, signal, cause);
      }
    },

    async exchange({ method, url, body }) {
      const target = toUrl(url);
      const since = performance.now();
      try {
        const {
          statusCode,
          headers,
          body: answer,
        } = await requests.request({
          origin: target.origin,
          path: target.pathname + target.search,
          method: method as Dispatcher.HttpMethod,
          headers: body === undefined ? {} : { "content-type": "application/json" },
          body: body === undefined ? null : toJson(body),
          headersTimeout: EXCHANGE_MS,
          bodyTimeout: EXCHANGE_MS,
          signal: AbortSignal.timeout(EXCHANGE_MS),
        });
        const text = await boundedText(answer);
        tally.answered("request", statusCode, performance.now() - since);
        return { statusCode, headers, url: target, text };
      } catch (cause) {
        throw unanswered("request", target, undefined, cause);
      }
    },

    async close() {
      await Promise.all([requests.destroy(), media.destroy(), polls.destroy()]);
    },
  };
}

/** Reads an answer of the client-server API: https://spec.matrix.org/latest/client-server-api/#standard-error-response */
export function parseAnswer(
  target: URL,
  { statusCode: status, headers }: Pick<Dispatcher.ResponseData, "statusCode" | "headers">,
  text: string,
): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (status >= 200 && status < 300 && body !== null) return body;
  const said = (typeof body === "object" ? (body ?? {}) : {}) as Record<string, unknown>;
  const { errcode, error, retry_after_ms, ...more } = said;
  const retryAfterMs = retry_after_ms ?? Number(headers["retry-after"] ?? Number.NaN) * 1000;
  throw new MatrixError(
    {
      // A 401 may say what else is to be shown: https://spec.matrix.org/latest/client-server-api/#user-interactive-authentication-api
      ...more,
      errcode: typeof errcode === "string" ? errcode : "M_UNKNOWN",
      error:
        typeof error === "string"
          ? error
          : `${target.origin} answered with HTTP ${status} and no Matrix error. Is it a Matrix homeserver?`,
      ...(Number.isFinite(retryAfterMs) ? { retry_after_ms: Number(retryAfterMs) } : {}),
    },
    status,
  );
}

async function boundedText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Error(`its answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toUrl(text: string): URL {
  const url = URL.parse(text);
  if (url) return url;
  throw new AppError(
    "BAD_REQUEST",
    `"${text}" is not the address of a homeserver. Write it like https://matrix.example.org.`,
  );
}

/** Content from a plugin may hold what structured cloning allows and JSON does not: cycles, big integers. */
function toJson(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new AppError("BAD_REQUEST", `The content cannot be written as JSON: ${reasonOf(cause)}`, { cause });
  }
}

function unreachable(target: URL, cause: unknown): AppError {
  const text = `The homeserver at ${target.origin} could not be reached (${reasonOf(cause)}).`;
  return new AppError("HOMESERVER_UNREACHABLE", text, { cause });
}
