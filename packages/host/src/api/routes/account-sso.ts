import type { FastifyInstance } from "fastify";
import type { AccountSso } from "../../services/account-sso.ts";
import { Account, NewSingleSignOn, SingleSignOn, SingleSignOnAnswer } from "../contract.ts";
import { sessionOf } from "../gate.ts";
import { pageOriginOf } from "../page-origin.ts";
import { toAccount } from "../views.ts";

export function accountSsoRoutes(app: FastifyInstance, sso: AccountSso): void {
  app.post<{ Body: NewSingleSignOn }>(
    "/accounts/sso",
    { schema: { body: NewSingleSignOn, response: { 200: SingleSignOn } } },
    async (request) => {
      const from = { sessionId: sessionOf(request), origin: pageOriginOf(request) };
      const { url, expiresAt } = await sso.begin(request.body, from);
      return { url, expiresAt: new Date(expiresAt).toISOString() };
    },
  );

  app.post<{ Body: SingleSignOnAnswer }>(
    "/accounts/sso/callback",
    { schema: { body: SingleSignOnAnswer, response: { 201: Account } } },
    async (request, reply) =>
      reply.code(201).send(toAccount(await sso.finish(request.body, sessionOf(request)))),
  );
}
