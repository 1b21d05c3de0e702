import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { Idempotency, Turn } from "../services/idempotency.ts";
import { askerOf } from "./gate.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The one that does what its key stands for. */
    turn: Turn | null;
    /** It was done before: what is sent is the answer of then. */
    isReplay: boolean;
  }
}

const KEPT_HEADERS = ["content-type", "etag", "cache-control"];

/**
 * Lets a creation that comes with an `Idempotency-Key` be sent again: it is done once, and answered as
 * then. What was refused created nothing, and leaves its key free. A secret in an answer is kept sealed.
 */
export function takeIdempotencyKeys(app: FastifyInstance, idempotency: Idempotency): void {
  app.decorateRequest("turn", null);
  app.decorateRequest("isReplay", false);

  // After the form of the request was looked at, so that a mistake in it uses up no key.
  app.addHook("preHandler", async (request, reply) => {
    const key = keyIn(request);
    if (key === undefined) return undefined;
    const begun = await idempotency.begin(askerOf(request).userName, key, fingerprint(request));
    if ("keep" in begun) {
      request.turn = begun;
      return undefined;
    }
    request.isReplay = true;
    const { status, headers, body } = begun;
    return reply.code(status).headers(headers).header("idempotency-replayed", "true").send(body);
  });

  app.addHook("onSend", async (request, reply, payload) => {
    const { turn } = request;
    request.turn = null;
    try {
      if (turn && reply.statusCode < 300 && typeof payload === "string") {
        turn.keep({ status: reply.statusCode, headers: keptHeaders(reply), body: payload });
      } else turn?.release();
    } catch (error) {
      // What was done stays done, and its answer goes out; who sends it again is told that this is not known.
      request.log.error({ err: error }, "What a creation was answered could not be kept.");
    }
    return payload;
  });
}

function keyIn({ headers, routeOptions }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined || !routeOptions.config?.access?.change?.creates) return undefined;
  if (typeof key !== "string" || !/^[\x21-\x7e]{16,128}$/.test(key)) {
    const text =
      "Idempotency-Key is not of the expected form: 16 to 128 letters, digits and signs that nobody else makes up, such as a UUID.";
    throw new AppError("BAD_REQUEST", text);
  }
  return key;
}

function fingerprint({ method, url, body }: FastifyRequest): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return createHash("sha256").update(`${method} ${url}\n`).update(bytes).digest();
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  const all = reply.getHeaders();
  const kept = KEPT_HEADERS.filter((name) => all[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, String(all[name])]));
}
