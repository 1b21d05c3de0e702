import { MatrixError } from "matrix-bot-sdk";
import { expect, test } from "vitest";
import { AppError } from "../errors.ts";
import { untilAnswered } from "./retry.ts";

const never = new AbortController().signal;

/** A request that fails as told, one after the other, and then gives an answer; it counts its calls. */
function failing(...failures: Error[]) {
  const request = async () => {
    const failure = failures[request.calls++];
    if (failure) throw failure;
    return "answer";
  };
  request.calls = 0;
  return request;
}

function matrixError(errcode: string, status: number, more: { retry_after_ms?: number } = {}) {
  return new MatrixError({ errcode, error: "no", ...more }, status);
}

test.each([
  ["a rate limit", matrixError("M_LIMIT_EXCEEDED", 429, { retry_after_ms: 1 })],
  ["a rate limit that does not say how long", matrixError("M_LIMIT_EXCEEDED", 429)],
  ["a gateway's error", matrixError("M_UNKNOWN", 502)],
  ["no answer at all", new AppError("HOMESERVER_UNREACHABLE", "nobody there")],
])("after %s the request is made again", async (_what, failure) => {
  const request = failing(failure);
  expect(await untilAnswered(never, request)).toBe("answer");
  expect(request.calls).toBe(2);
});

test.each([
  ["a refusal", matrixError("M_FORBIDDEN", 403)],
  ["a login that ended", matrixError("M_UNKNOWN_TOKEN", 401)],
  ["an event that is too large", matrixError("M_TOO_LARGE", 413)],
  ["an error of the host's own", new AppError("BAD_REQUEST", "a cycle")],
  ["a bug", new TypeError("undefined is not a function")],
])("after %s it is not", async (_what, failure) => {
  const request = failing(failure);
  await expect(untilAnswered(never, request)).rejects.toBe(failure);
  expect(request.calls).toBe(1);
});

test("a rate limit is waited for as long as the homeserver says", async () => {
  const start = performance.now();
  await untilAnswered(never, failing(matrixError("M_LIMIT_EXCEEDED", 429, { retry_after_ms: 600 })));
  expect(performance.now() - start).toBeGreaterThanOrEqual(595);
});

test("a rate limit beyond what a timer can wait does not ring at once", async () => {
  const stopping = new AbortController();
  const request = failing(matrixError("M_LIMIT_EXCEEDED", 429, { retry_after_ms: 1e13 }));
  const answer = untilAnswered(stopping.signal, request);
  setTimeout(() => stopping.abort(), 30);
  await expect(answer).rejects.toThrow("M_LIMIT_EXCEEDED");
  expect(request.calls).toBe(1);
});

test("who stops while it waits gets the failure that it waited for", async () => {
  const stopping = new AbortController();
  const failure = matrixError("M_LIMIT_EXCEEDED", 429, { retry_after_ms: 60_000 });
  const answer = untilAnswered(stopping.signal, failing(failure));
  setImmediate(() => stopping.abort());
  await expect(answer).rejects.toBe(failure);
});

test("who has stopped sends nothing", async () => {
  const request = failing();
  const reason = new Error("The instance was stopped.");
  await expect(untilAnswered(AbortSignal.abort(reason), request)).rejects.toBe(reason);
  expect(request.calls).toBe(0);
});
