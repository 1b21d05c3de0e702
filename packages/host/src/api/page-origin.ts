import type { FastifyRequest } from "fastify";

/**
 * The origin at which who asks has the page open, through a tunnel or a proxy perhaps: the browser alone knows it. The
 * browser guard has looked at both headers.
 */
export function pageOriginOf({ headers: { origin, host } }: FastifyRequest): string {
  return new URL(origin ?? `http://${host}`).origin;
}
