import type { FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { ApiTokens } from "../services/api-tokens.ts";
import type { Identity, Visitor } from "../services/audit.ts";
import { isApiToken } from "../services/random-token.ts";
import { includesRole, type Role } from "../store/roles.ts";
import { bearerIn, bearerOf } from "./bearer.ts";
import type { SessionCookie } from "./session-cookie.ts";

/** Who asks, and what that user or token may do. */
export type Asker = Identity & { role: Role };

declare module "fastify" {
  interface FastifyRequest {
    /** `null` on routes that are open to anyone, where nobody is signed in. */
    asker: Asker | null;
  }
}

/** Lets a request in whose session or token may use its route. It looks at the table in `access.ts` only. */
export function createGate(cookie: SessionCookie, tokens: ApiTokens) {
  function bySession(request: FastifyRequest): Asker | null {
    const session = cookie.session(request);
    return session && { userName: session.name, sessionId: session.id, token: null, role: session.role };
  }

  function byToken(token: string): Asker | null {
    const found = tokens.find(token);
    if (!found) return null;
    const { id, name, userName } = found.row;
    return { userName, sessionId: null, token: { id, name }, role: found.role };
  }

  return async (request: FastifyRequest): Promise<void> => {
    const access = request.routeOptions.config?.access;
    // The page's own addresses, which only the page itself knows.
    if (!access) return;
    const bearer = bearerOf(request);
    request.asker = bearer === undefined ? bySession(request) : byToken(bearer);
    if (access.role === "anyone") return;
    if (!request.asker) {
      if (bearer !== undefined) {
        const text = "This API token does not exist, was revoked, or has expired. Create a new one.";
        throw new AppError("NOT_SIGNED_IN", text);
      }
      const other = access.sessionOnly ? bearerIn(request.headers.authorization) : undefined;
      if (other !== undefined && isApiToken(other) && byToken(other)) {
        throw new AppError("FORBIDDEN", "An API token does not do here. Sign in with a name and a password.");
      }
      throw new AppError("NOT_SIGNED_IN", "Sign in first.");
    }
    if (!includesRole(request.asker.role, access.role)) {
      const { role, token } = request.asker;
      const text = `This needs the role ${access.role}; ${token ? `the token "${token.name}"` : "you"} may act as ${role} only.`;
      throw new AppError("FORBIDDEN", text);
    }
  };
}

/** Who asks, on a route that lets nobody else in. */
export function askerOf({ asker }: FastifyRequest): Asker {
  if (!asker) throw new AppError("NOT_SIGNED_IN", "Sign in first.");
  return asker;
}

/** In which session somebody asks, on a route that takes no API token. */
export function sessionOf(request: FastifyRequest): string {
  const { sessionId } = askerOf(request);
  if (sessionId === null) throw new AppError("FORBIDDEN", "This needs a session of the page.");
  return sessionId;
}

export function visitorOf({ ip, headers }: FastifyRequest): Visitor {
  return { address: ip, userAgent: headers["user-agent"] ?? null };
}
