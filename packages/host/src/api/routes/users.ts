import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import type { ApiTokens } from "../../services/api-tokens.ts";
import type { Sessions } from "../../services/sessions.ts";
import type { UserService } from "../../services/users.ts";
import { AddedUser, ApiToken, NewUser, OneTimeLink, OpenSession, User, UserChange } from "../contract.ts";
import { askerOf } from "../gate.ts";
import { knownOf } from "../if-match.ts";
import { toApiToken, toLink, toSession, toUser } from "../views.ts";

interface ByName {
  Params: { name: string };
}
interface ById {
  Params: { name: string; id: string };
}

/** Users, and their sessions and tokens in an admin's hands. */
export function userRoutes(
  app: FastifyInstance,
  { users, sessions, tokens }: { users: UserService; sessions: Sessions; tokens: ApiTokens },
): void {
  app.get("/users", { schema: { response: { 200: Type.Array(User) } } }, async () =>
    users.list().map(toUser),
  );

  app.post<{ Body: NewUser }>(
    "/users",
    { schema: { body: NewUser, response: { 201: AddedUser } } },
    async (request, reply) => {
      const { user, link } = users.add(request.body.name, request.body.role);
      return reply.code(201).send({ ...toUser(user), link: toLink(link) });
    },
  );

  app.get<ByName>("/users/:name", { schema: { response: { 200: User } } }, async ({ params }) =>
    toUser(users.get(params.name)),
  );

  app.patch<ByName & { Body: UserChange }>(
    "/users/:name",
    { schema: { body: UserChange, response: { 200: User } } },
    async (request) => toUser(users.change(request.params.name, request.body, knownOf(request))),
  );

  app.delete<ByName>("/users/:name", async (request, reply) => {
    users.remove(request.params.name, knownOf(request));
    return reply.code(204).send();
  });

  app.post<ByName>("/users/:name/link", { schema: { response: { 200: OneTimeLink } } }, async ({ params }) =>
    toLink(users.link(params.name)),
  );

  app.get<ByName>(
    "/users/:name/sessions",
    { schema: { response: { 200: Type.Array(OpenSession) } } },
    async (request) => {
      const { name } = users.get(request.params.name);
      return sessions.list(name).map((session) => toSession(session, askerOf(request).sessionId));
    },
  );

  app.delete<ByName>("/users/:name/sessions", async ({ params }, reply) => {
    sessions.endAll(users.get(params.name).name);
    return reply.code(204).send();
  });

  app.delete<ById>("/users/:name/sessions/:id", async ({ params: { name, id } }, reply) => {
    if (!sessions.end(users.get(name).name, id)) {
      throw new AppError("NOT_FOUND", `"${name}" has no session ${id}.`);
    }
    return reply.code(204).send();
  });

  app.get<ByName>(
    "/users/:name/tokens",
    { schema: { response: { 200: Type.Array(ApiToken) } } },
    async ({ params }) => tokens.list(users.get(params.name).name).map(toApiToken),
  );

  app.delete<ById>("/users/:name/tokens/:id", async ({ params: { name, id } }, reply) => {
    tokens.remove(users.get(name).name, id);
    return reply.code(204).send();
  });
}
