import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors.ts";
import type { SignedIn, SignIn } from "../services/sign-in.ts";

const NAME = "rookery_session";
const OPTIONS = { path: "/", httpOnly: true, sameSite: "strict" } as const;

/** The session of a request, by its cookie. */
export function createSessionCookie(signIn: SignIn) {
  const tokenOf = (request: FastifyRequest) => request.cookies[NAME];
  return {
    tokenOf,
    /** @throws AppError `NOT_SIGNED_IN` */
    require(request: FastifyRequest): SignedIn {
      const token = tokenOf(request);
      const session = token === undefined ? undefined : signIn.session(token);
      if (!session) throw new AppError("NOT_SIGNED_IN", "Sign in first.");
      return session;
    },
    set: (reply: FastifyReply, token: string) => void reply.setCookie(NAME, token, OPTIONS),
    clear: (reply: FastifyReply) => void reply.clearCookie(NAME, OPTIONS),
  };
}

export type SessionCookie = ReturnType<typeof createSessionCookie>;
