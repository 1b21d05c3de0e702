/** An error the homeserver answered with. */
export class MatrixError extends Error {
  readonly status: number;
  readonly errcode: string;

  constructor(status: number, errcode: string, message: string) {
    super(message);
    this.name = "MatrixError";
    this.status = status;
    this.errcode = errcode;
  }
}

interface Options {
  query?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

export interface Requester {
  <Answer = unknown>(method: "GET" | "PUT" | "POST", path: string, options?: Options): Promise<Answer>;
  blob(path: string, signal: AbortSignal): Promise<Blob>;
}

/** Requests below `/_matrix`, with the token in the header. */
export function createRequester(access: { basePath: string; accessToken: string }): Requester {
  const send = async (method: string, path: string, { query, body, signal }: Options) => {
    const search = query ? `?${new URLSearchParams(query)}` : "";
    const headers: Record<string, string> = { authorization: `Bearer ${access.accessToken}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(`${access.basePath}/_matrix${path}${search}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      ...(signal && { signal }),
    });
    if (!response.ok) throw await readError(response);
    return response;
  };
  const call = async <Answer>(method: string, path: string, options: Options = {}) =>
    (await (await send(method, path, options)).json()) as Answer;
  const blob = async (path: string, signal: AbortSignal) => (await send("GET", path, { signal })).blob();
  return Object.assign(call, { blob });
}

async function readError(response: Response): Promise<MatrixError> {
  const body = (await response.json().catch(() => ({}))) as { errcode?: string; error?: string };
  return new MatrixError(
    response.status,
    body.errcode ?? "M_UNKNOWN",
    body.error ?? `The homeserver answered with status ${response.status}.`,
  );
}
