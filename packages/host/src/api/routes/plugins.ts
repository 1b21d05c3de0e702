import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { PluginService } from "../../services/plugins.ts";
import { Grants, Plugin } from "../contract.ts";
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

  app.put<{ Params: { id: string }; Body: Grants }>(
    "/plugins/:id/grants",
    { schema: { body: Grants, response: { 200: Plugin } } },
    async ({ params, body: { refused, ...granted } }) =>
      toPlugin(await plugins.grant(params.id, granted, refused)),
  );

  app.post<{ Params: { id: string } }>(
    "/plugins/:id/rollback",
    { schema: { response: { 200: Plugin } } },
    async (request) => toPlugin(await plugins.rollBack(request.params.id)),
  );

  app.delete<{ Params: { id: string } }>(
    "/plugins/:id/upgrade",
    { schema: { response: { 200: Plugin } } },
    async (request) => toPlugin(await plugins.dismiss(request.params.id)),
  );

  app.delete<{ Params: { id: string } }>("/plugins/:id", async (request, reply) => {
    await plugins.uninstall(request.params.id);
    return reply.code(204).send();
  });
}
