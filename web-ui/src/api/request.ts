import { ProblemError, UnreachableError } from "./problem.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Sends one request to `/api/v1` and gives what it answered.
 * A `Blob` body goes as bytes, an image among them as what it is; everything else as JSON.
 *
 * @throws ProblemError when the host answered with an error
 * @throws UnreachableError when it did not answer
 */
export async function request<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  /** The ETag of what is to be changed, as it is known here. */
  known?: string,
): Promise<Answer> {
  const headers = known === undefined ? {} : { "if-match": known };
  const response = await ask(method, path, body, headers);
  // The page and the host are of one build: the contract types hold without parsing again.
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** One page of a list that grows, and the path of the next one. Throws as {@link request} does. */
export async function requestPage<Item>(path: string): Promise<{ items: Item[]; next: string | undefined }> {
  const response = await ask("GET", path);
  return { items: (await response.json()) as Item[], next: nextOf(response) };
}

/** Where the answer goes on, if it does. */
export function nextOf({ headers }: Response): string | undefined {
  return /<\/api\/v1([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
}

/** Sends one request and gives the answer as it comes, for what is no JSON. Throws as {@link request} does. */
export async function ask(
  method: Method,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Response> {
  const bytes = body instanceof Blob;
  // A change without a body still carries the JSON type, which no cross-site form can send.
  const payload = method === "GET" ? null : bytes ? body : JSON.stringify(body ?? {});
  const headers: Record<string, string> = { accept: "application/json" };
  if (payload !== null) headers["content-type"] = bytes ? typeOf(body) : "application/json";
  const response = await fetched(`/api/v1${path}`, {
    ...{ method, body: payload, credentials: "same-origin", headers: { ...headers, ...more } },
  });
  return await checked(response);
}

/** The answer, unless the host refused what was asked. @throws ProblemError */
export async function checked(response: Response): Promise<Response> {
  if (!response.ok) throw new ProblemError(await readProblem(response));
  return response;
}

async function fetched(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new UnreachableError(error);
  }
}

/** A bundle is bytes, whatever the machine takes its name for. */
const typeOf = ({ type }: Blob) => (type.startsWith("image/") ? type : "application/octet-stream");

async function readProblem(response: Response) {
  const fallback = {
    type: "about:blank",
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    code: "unknown",
    detail: `The host answered with status ${response.status}.`,
  };
  if (!response.headers.get("content-type")?.includes("json")) return fallback;
  return { ...fallback, ...((await response.json()) as Partial<typeof fallback>) };
}
