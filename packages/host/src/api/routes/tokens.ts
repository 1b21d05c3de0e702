import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { ApiTokens } from "../../services/api-tokens.ts";
import { ApiToken, CreatedApiToken, NewApiToken } from "../contract.ts";
import { askerOf } from "../gate.ts";
import { toApiToken } from "../views.ts";

/** One's own API tokens. */
export function tokenRoutes(app: FastifyInstance, tokens: ApiTokens): void {
  app.get("/tokens", { schema: { response: { 200: Type.Array(ApiToken) } } }, async (request) =>
    tokens.list(askerOf(request).userName).map(toApiToken),
  );

  app.post<{ Body: NewApiToken }>(
    "/tokens",
    { schema: { body: NewApiToken, response: { 201: CreatedApiToken } } },
    async (request, reply) => {
      const { row, token } = tokens.create(askerOf(request).userName, request.body);
      return reply.code(201).send({ ...toApiToken(row), token });
    },
  );

  app.delete<{ Params: { id: string } }>("/tokens/:id", async (request, reply) => {
    tokens.remove(askerOf(request).userName, request.params.id);
    return reply.code(204).send();
  });
}
