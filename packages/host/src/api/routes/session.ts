import type { FastifyInstance } from "fastify";
import type { SignIn as SignInService } from "../../services/sign-in.ts";
import { OneTimeSignIn, Session, SetPassword, SignIn } from "../contract.ts";
import type { SessionCookie } from "../session-cookie.ts";

/** Guessing is slow: a few tries a minute, and Argon2id for each. */
const rateLimit = { max: 10, timeWindow: "1 minute" };

export function sessionRoutes(
  app: FastifyInstance,
  {
    signIn,
    cookie,
    version,
  }: {
    signIn: SignInService;
    cookie: SessionCookie;
    version: string;
  },
): void {
  const view = (token: string): Session => {
    const session = signIn.session(token);
    return {
      user: { name: session?.name ?? "" },
      mustSetPassword: session?.mustSetPassword ?? false,
      version,
    };
  };
  const open = { config: { rateLimit } };

  app.post<{ Body: OneTimeSignIn }>(
    "/session/one-time",
    { ...open, schema: { body: OneTimeSignIn, response: { 200: Session } } },
    async (request, reply) => {
      const token = signIn.withOneTimeToken(request.body.token);
      cookie.set(reply, token);
      return view(token);
    },
  );

  app.post<{ Body: SignIn }>(
    "/session",
    { ...open, schema: { body: SignIn, response: { 200: Session } } },
    async (request, reply) => {
      const token = await signIn.withPassword(request.body.name, request.body.password);
      cookie.set(reply, token);
      return view(token);
    },
  );

  app.get("/session", { schema: { response: { 200: Session } } }, async (request) => {
    cookie.require(request);
    return view(cookie.tokenOf(request) ?? "");
  });

  app.put<{ Body: SetPassword }>(
    "/session/password",
    { schema: { body: SetPassword, response: { 200: Session } } },
    async (request) => {
      const token = cookie.tokenOf(request) ?? "";
      await signIn.setPassword(token, request.body.name, request.body.password);
      return view(token);
    },
  );

  app.delete("/session", async (request, reply) => {
    const token = cookie.tokenOf(request);
    if (token !== undefined) signIn.signOut(token);
    cookie.clear(reply);
    return reply.code(204).send();
  });
}
