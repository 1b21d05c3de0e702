import type { FastifyReply, FastifyRequest } from "fastify";
import type { SignedIn, SignIn } from "../services/sign-in.ts";

const NAME = "rookery_session";
const DEVICE = "rookery_device";
const OPTIONS = { path: "/", httpOnly: true, sameSite: "strict" } as const;
const DEVICE_OPTIONS = { ...OPTIONS, path: "/api/v1/session", maxAge: 365 * 24 * 60 * 60 };

/** The session of a request, by its cookie, and what a browser is known by after that. */
export function createSessionCookie(signIn: SignIn) {
  const tokenOf = (request: FastifyRequest) => request.cookies[NAME];
  return {
    tokenOf,
    deviceOf: (request: FastifyRequest) => request.cookies[DEVICE],
    session(request: FastifyRequest): SignedIn | null {
      const token = tokenOf(request);
      return (token === undefined ? undefined : signIn.session(token)) ?? null;
    },
    set: (reply: FastifyReply, token: string) => void reply.setCookie(NAME, token, OPTIONS),
    setDevice: (reply: FastifyReply, device: string) => void reply.setCookie(DEVICE, device, DEVICE_OPTIONS),
    clear: (reply: FastifyReply) => void reply.clearCookie(NAME, OPTIONS),
  };
}

export type SessionCookie = ReturnType<typeof createSessionCookie>;
