import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { Known } from "../services/etag.ts";

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAGS = new RegExp(`^${TAG}(?:[ \t]*,[ \t]*${TAG})*$`);

/**
 * What a request says to know of what it changes (RFC 9110, `If-Match`). `*` is whatever is there. A weak
 * tag never fits, as we give none.
 *
 * @throws AppError `BAD_REQUEST`
 */
export function knownOf({ headers }: FastifyRequest): Known {
  const given = headers["if-match"]?.trim();
  if (given === undefined || given === "*") return undefined;
  if (!TAGS.test(given)) {
    const text = "If-Match is not of the expected form: it takes ETags with their quotes, or *.";
    throw new AppError("BAD_REQUEST", text);
  }
  return given.match(new RegExp(TAG, "g")) ?? [];
}

/**
 * Gives every answer that is one thing the header of its `etag`. The tag is that of what can be changed, and
 * the rest of the answer differs more often; so no cache may take it for the whole.
 */
export function giveEtags(app: FastifyInstance): void {
  app.addHook("preSerialization", async (_request, reply, payload) => {
    const { etag } = (payload ?? {}) as { etag?: unknown };
    if (typeof etag === "string" && reply.statusCode < 300) {
      reply.header("etag", etag).header("cache-control", "no-store");
    }
    return payload;
  });
}
