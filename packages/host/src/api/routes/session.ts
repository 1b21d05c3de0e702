import type { FastifyInstance, FastifyReply } from "fastify";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { EventFeed } from "../../services/event-feed.ts";
import type { Sessions } from "../../services/sessions.ts";
import type { Admission, SignIn as SignInService } from "../../services/sign-in.ts";
import { OneTimeSignIn, OpenSession, Session, SetPassword, SignIn } from "../contract.ts";
import { askerOf, visitorOf } from "../gate.ts";
import type { SessionCookie } from "../session-cookie.ts";
import { toSession } from "../views.ts";

export function sessionRoutes(
  app: FastifyInstance,
  {
    signIn,
    sessions,
    feed,
    cookie,
    version,
  }: {
    signIn: SignInService;
    sessions: Sessions;
    feed: Pick<EventFeed, "mark">;
    cookie: SessionCookie;
    version: string;
  },
): void {
  const view = (token: string): Session => {
    const session = signIn.session(token);
    if (!session) throw new AppError("NOT_SIGNED_IN", "The session has ended. Sign in again.");
    const { name, role, mustSetPassword } = session;
    return { user: { name, role }, mustSetPassword, version, lastEventId: feed.mark() };
  };
  const admit = (reply: FastifyReply, { token, device }: Admission) => {
    cookie.set(reply, token);
    cookie.setDevice(reply, device);
    return view(token);
  };

  app.post<{ Body: OneTimeSignIn }>(
    "/session/one-time",
    { schema: { body: OneTimeSignIn, response: { 200: Session } } },
    async (request, reply) => admit(reply, signIn.withOneTimeToken(request.body.token, visitorOf(request))),
  );

  app.post<{ Body: SignIn }>(
    "/session",
    { schema: { body: SignIn, response: { 200: Session } } },
    async (request, reply) => {
      const { name, password } = request.body;
      const device = cookie.deviceOf(request);
      return admit(reply, await signIn.withPassword(name, password, visitorOf(request), device));
    },
  );

  app.get("/session", { schema: { response: { 200: Session } } }, async (request) => {
    const { userName, role, sessionId } = askerOf(request);
    if (sessionId !== null) return view(cookie.tokenOf(request) ?? "");
    return {
      ...{ user: { name: userName, role }, mustSetPassword: false, version },
      lastEventId: feed.mark(),
    };
  });

  app.put<{ Body: SetPassword }>(
    "/session/password",
    { schema: { body: SetPassword, response: { 200: Session } } },
    async (request, reply) => {
      const token = cookie.tokenOf(request) ?? "";
      const { device } = await signIn.setPassword(token, request.body, visitorOf(request));
      cookie.setDevice(reply, device);
      return view(token);
    },
  );

  app.delete("/session", async (request, reply) => {
    if (request.asker?.sessionId) sessions.end(request.asker.userName, request.asker.sessionId);
    cookie.clear(reply);
    return reply.code(204).send();
  });

  app.get("/sessions", { schema: { response: { 200: Type.Array(OpenSession) } } }, async (request) => {
    const { userName, sessionId } = askerOf(request);
    return sessions.list(userName).map((session) => toSession(session, sessionId));
  });

  app.delete("/sessions", async (request, reply) => {
    const { userName, sessionId } = askerOf(request);
    sessions.endAll(userName, sessionId);
    return reply.code(204).send();
  });

  app.delete<{ Params: { id: string } }>("/sessions/:id", async (request, reply) => {
    const { id } = request.params;
    if (!sessions.end(askerOf(request).userName, id)) {
      throw new AppError("NOT_FOUND", `You have no session ${id}.`);
    }
    return reply.code(204).send();
  });
}
