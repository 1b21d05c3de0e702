import type { FastifyRequest } from "fastify";

/**
 * The API token that a request comes with, where its route takes one. What comes with a token needs no
 * cookie and gets none looked at, so that no browser can be made to send it.
 */
export function bearerOf({ headers, routeOptions }: FastifyRequest): string | undefined {
  const access = routeOptions.config?.access;
  if (!access || access.role === "anyone" || access.sessionOnly) return undefined;
  return bearerIn(headers.authorization);
}

export function bearerIn(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
