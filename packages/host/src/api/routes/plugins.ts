import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { PluginService } from "../../services/plugins.ts";
import { AcceptUpgrade, Grants, Plugin } from "../contract.ts";
import { knownOf } from "../if-match.ts";
import { toPlugin } from "../views.ts";

const MAX_BUNDLE = 10 * 1024 * 1024;

export function pluginRoutes(app: FastifyInstance, plugins: PluginService): void {
  app.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer", bodyLimit: MAX_BUNDLE + 1 },
    (_request, body, done) => done(null, body),
  );

  app.get("/plugins", { schema: { response: { 200: Type.Array(Plugin) } } }, async () =>
    plugins.list().map(toPlugin),
  );

  app.post<{ Body: Buffer }>(
    "/plugins",
    { bodyLimit: MAX_BUNDLE + 1, schema: { response: { 200: Plugin, 201: Plugin } } },
    async (request, reply) => {
      const { plugin, replaced } = await plugins.install(request.body);
      return reply.code(replaced ? 200 : 201).send(toPlugin(plugin));
    },
  );

  app.get<{ Params: { id: string } }>(
    "/plugins/:id",
    { schema: { response: { 200: Plugin } } },
    async (request) => toPlugin(plugins.get(request.params.id)),
  );

  app.put<{ Params: { id: string }; Body: Grants }>(
    "/plugins/:id/grants",
    { schema: { body: Grants, response: { 200: Plugin } } },
    async (request) => {
      const { refused, ...granted } = request.body;
      return toPlugin(await plugins.grant(request.params.id, granted, refused, knownOf(request)));
    },
  );

  app.post<{ Params: { id: string } }>(
    "/plugins/:id/rollback",
    { schema: { response: { 200: Plugin } } },
    async (request) => toPlugin(await plugins.rollBack(request.params.id, knownOf(request))),
  );

  app.post<{ Params: { id: string }; Body: AcceptUpgrade }>(
    "/plugins/:id/upgrade",
    { schema: { body: AcceptUpgrade, response: { 200: Plugin } } },
    async (request) =>
      toPlugin(await plugins.accept(request.params.id, request.body.sha256, knownOf(request))),
  );

  app.delete<{ Params: { id: string } }>(
    "/plugins/:id/upgrade",
    { schema: { response: { 200: Plugin } } },
    async (request) => toPlugin(await plugins.dismiss(request.params.id, knownOf(request))),
  );

  app.delete<{ Params: { id: string } }>("/plugins/:id", async (request, reply) => {
    await plugins.uninstall(request.params.id, knownOf(request));
    return reply.code(204).send();
  });
}
