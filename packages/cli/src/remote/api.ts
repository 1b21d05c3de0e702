import type { Problem } from "@rookery/host/api";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { CountedBlob } from "../progress.ts";

/** The management API of a host, with a token. */
export interface Api {
  /** `http://…`, or `unix:` and the path of a socket. */
  readonly url: string;
  get<T>(path: string): Promise<T>;
  /** An answer as it comes, for what is no JSON. */
  raw(
    method: string,
    path: string,
    body?: object | Blob,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** What the host sends from now on, until it ends the stream or goes away. */
  events(path: string): AsyncIterable<HostEvent>;
  /** @param body an object is sent as JSON, a blob's bytes as they are */
  send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object | Blob): Promise<T>;
}

/** One of `GET /events`. */
export interface HostEvent {
  event: string;
  data: unknown;
}

/** What the host answered where it did not do as asked. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, { code, detail, fields = [] }: Pick<Problem, "code" | "detail" | "fields">) {
    super([detail, ...fields.map(({ path, message }) => `  ${path || "/"}: ${message}`)].join("\n"));
    this.status = status;
    this.code = code;
  }
}

/**
 * @param headers what every request brings, such as `{ authorization: "Bearer …" }`
 * @returns requests throw an {@link ApiError} for what the host refuses, and an Error that says what to do
 *   where it cannot be reached
 */
export function openApi(url: string, headers: Record<string, string> = {}): Api {
  async function request<T>(method: string, path: string, body?: object | Blob): Promise<T> {
    const answer = await requestOf(url, method, path, headers, body);
    const text = await answer.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
  return {
    url,
    get: (path) => request("GET", path),
    raw: (method, path, body, more) => requestOf(url, method, path, { ...headers, ...more }, body),
    async *events(path) {
      const { body } = await requestOf(url, "GET", path, headers);
      if (body === null) return;
      const decoded = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { event = "message", data } of decoded)
        yield { event, data: JSON.parse(data) as unknown };
    },
    send: (method, path, body) => request(method, path, body),
  };
}

/** The path of the next page of what was answered, from its header `Link`; `null` on the last. */
export function nextPage({ headers }: Response): string | null {
  return /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1] ?? null;
}

/** One request whose answer's headers or body matter as they are. Throws as {@link openApi}'s do. */
export async function requestOf(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object | Blob,
): Promise<Response> {
  const isBlob = body instanceof Blob;
  const type = isBlob ? body.type : "application/json";
  let answer: Response;
  try {
    const { origin, through } = await routeTo(url);
    answer = await fetch(`${origin}/api/v1${path}`, {
      ...through,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body: isBlob ? body : JSON.stringify(body) }),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    if (body instanceof CountedBlob && [error, cause].some(isUnreadable))
      throw new Error(`${body.file} changed while it was sent; try again.`, { cause: error });
    const why = cause instanceof Error ? cause.message || cause.name : message;
    const tunnel = url.startsWith(SOCKET) ? "" : ", and the SSH tunnel to it";
    throw new Error(`${url} cannot be reached (${why}). Does the host run${tunnel}?`);
  }
  if (answer.ok) return answer;
  throw new ApiError(answer.status, await problemOf(answer));
}

/** What a file's blob says where its file is not the one that was opened. */
const isUnreadable = (error: unknown) => error instanceof Error && error.name === "NotReadableError";

/** A Unix socket's address is `unix:` and its path. */
export const SOCKET = "unix:";

/** How `fetch` gets there. */
export async function routeTo(url: string): Promise<{ origin: string; through: object }> {
  if (!url.startsWith(SOCKET)) return { origin: url, through: {} };
  const { Agent } = await import("undici");
  const dispatcher = new Agent({ connect: { socketPath: url.slice(SOCKET.length) } });
  return { origin: "http://localhost", through: { dispatcher } };
}

async function problemOf(answer: Response): Promise<Pick<Problem, "code" | "detail" | "fields">> {
  if (/^application\/problem\+json/.test(answer.headers.get("content-type") ?? "")) {
    return (await answer.json()) as Problem;
  }
  const detail = `${answer.url} answered ${answer.status}, and not as a Rookery does. Is the address right?`;
  return { code: "NOT_ROOKERY", detail };
}
