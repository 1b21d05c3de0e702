/**
 * An error as the Matrix client-server API answers it: an HTTP status and `{ errcode, error, … }`.
 * Source: client-server API v1.13, "Standard error response".
 */
export class MatrixError extends Error {
  override readonly name = "MatrixError";
  readonly status: number;
  readonly errcode: string;
  /** Further members of the answer's body, e.g. `retry_after_ms`. */
  readonly details: Record<string, unknown>;

  constructor(status: number, errcode: string, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.errcode = errcode;
    this.details = details;
  }

  /** The JSON body of the answer. */
  body(): Record<string, unknown> {
    return { errcode: this.errcode, error: this.message, ...this.details };
  }
}

const kind = (status: number, errcode: string) => (message: string) =>
  new MatrixError(status, errcode, message);

export const badJson = kind(400, "M_BAD_JSON");
export const notJson = kind(400, "M_NOT_JSON");
export const invalidParam = kind(400, "M_INVALID_PARAM");
export const missingParam = kind(400, "M_MISSING_PARAM");
export const unknown = kind(400, "M_UNKNOWN");
export const missingToken = kind(401, "M_MISSING_TOKEN");
export const unknownToken = kind(401, "M_UNKNOWN_TOKEN");
export const forbidden = kind(403, "M_FORBIDDEN");
export const notFound = kind(404, "M_NOT_FOUND");
export const unrecognized = kind(404, "M_UNRECOGNIZED");
export const wrongMethod = kind(405, "M_UNRECOGNIZED");
export const tooLarge = kind(413, "M_TOO_LARGE");

/** 429: the caller sent too much and may try again in `retryAfterMs` milliseconds. */
export function limitExceeded(retryAfterMs: number): MatrixError {
  return new MatrixError(429, "M_LIMIT_EXCEEDED", "Too many messages; wait and try again", {
    retry_after_ms: retryAfterMs,
  });
}
