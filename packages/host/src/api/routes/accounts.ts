import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { AccountService } from "../../services/accounts.ts";
import { Account, AccountChange, Homeserver, HomeserverQuery, NewAccount } from "../contract.ts";
import { knownOf } from "../if-match.ts";
import { toAccount } from "../views.ts";

export function accountRoutes(app: FastifyInstance, accounts: AccountService): void {
  app.get("/accounts", { schema: { response: { 200: Type.Array(Account) } } }, async () =>
    accounts.list().map(toAccount),
  );

  app.post<{ Body: NewAccount }>(
    "/accounts",
    { schema: { body: NewAccount, response: { 201: Account } } },
    async (request, reply) => reply.code(201).send(toAccount(await accounts.add(request.body))),
  );

  app.get<{ Params: { id: string } }>(
    "/accounts/:id",
    { schema: { response: { 200: Account } } },
    async (request) => toAccount(accounts.get(request.params.id)),
  );

  app.patch<{ Params: { id: string }; Body: AccountChange }>(
    "/accounts/:id",
    { schema: { body: AccountChange, response: { 200: Account } } },
    async (request) => {
      const { autojoin, ...rest } = request.body;
      const change = autojoin ? { ...rest, autojoin: { allow: [], ...autojoin } } : rest;
      return toAccount(await accounts.change(request.params.id, change, knownOf(request)));
    },
  );

  app.delete<{ Params: { id: string } }>("/accounts/:id", async (request, reply) => {
    await accounts.remove(request.params.id, knownOf(request));
    return reply.code(204).send();
  });

  app.get<{ Querystring: HomeserverQuery }>(
    "/homeserver",
    { schema: { querystring: HomeserverQuery, response: { 200: Homeserver } } },
    async (request) => accounts.homeserver(request.query.address),
  );
}
