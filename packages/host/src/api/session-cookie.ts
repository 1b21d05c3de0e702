import type { FastifyReply, FastifyRequest } from "fastify";
import type { SignedIn, SignIn } from "../services/sign-in.ts";

const OPTIONS = { path: "/", httpOnly: true, sameSite: "strict" } as const;
const DEVICE_OPTIONS = { ...OPTIONS, path: "/api/v1/session", maxAge: 365 * 24 * 60 * 60 };

/**
 * The session of a request, by its cookie, and what a browser is known by after that.
 *
 * @param hostName what tells the cookies of this host from those of others at the same address; "" of one that has it for itself
 */
export function createSessionCookie(signIn: SignIn, hostName = "") {
  const end = hostName === "" ? "" : `_${hostName}`;
  const session = `rookery_session${end}`;
  const device = `rookery_device${end}`;
  const tokenOf = (request: FastifyRequest) => request.cookies[session];
  return {
    tokenOf,
    deviceOf: (request: FastifyRequest) => request.cookies[device],
    session(request: FastifyRequest): SignedIn | null {
      const token = tokenOf(request);
      return (token === undefined ? undefined : signIn.session(token)) ?? null;
    },
    set: (reply: FastifyReply, token: string) => void reply.setCookie(session, token, OPTIONS),
    setDevice: (reply: FastifyReply, value: string) => void reply.setCookie(device, value, DEVICE_OPTIONS),
    clear: (reply: FastifyReply) => void reply.clearCookie(session, OPTIONS),
  };
}

export type SessionCookie = ReturnType<typeof createSessionCookie>;
